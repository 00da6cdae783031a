package storybook

import "github.com/workfluence/workfluence/web/shell"

// AsBuyer signs in a buyer.
func AsBuyer(p *shell.Page) {
	p.Person = &shell.Person{ID: "person_buyer", Name: "Yusuf Demir", Zone: "Europe/Brussels", Roles: []shell.Role{shell.Buyer}}
	p.Role = shell.Buyer
}

// AsCreator signs in a creator, who is a buyer as well, with two unread messages.
func AsCreator(p *shell.Page) {
	p.Person = &shell.Person{
		ID: "person_creator", Name: "Ines Okafor", Zone: "Europe/Brussels", Unread: 2,
		Roles: []shell.Role{shell.Creator, shell.Buyer}, Counts: map[string]int{"orders": 3},
	}
	p.Role = shell.Creator
}

// AsSolo signs in the creator of [AsCreator] as somebody who works for nobody.
func AsSolo(p *shell.Page) {
	AsCreator(p)
	p.Person.Solo = true
}

// AsOperator signs in someone who runs the platform.
func AsOperator(p *shell.Page) {
	p.Person = &shell.Person{
		ID: "person_operator", Name: "Noor de Wit", Zone: "Europe/Brussels",
		Roles: []shell.Role{shell.Operator, shell.Buyer},
	}
	p.Role = shell.Operator
}

// AsAssistant signs in someone who acts for the creator of [AsCreator] and has no page of their own.
func AsAssistant(p *shell.Page) {
	p.Person = &shell.Person{
		ID: "person_assistant", Name: "Alex Moreau", Zone: "Europe/Brussels", ActingFor: "Ines Okafor",
		Roles: []shell.Role{shell.Creator, shell.Buyer},
	}
	p.Role = shell.Creator
}

// LongName is a name that tries every layout.
const LongName = "Maximiliane Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
