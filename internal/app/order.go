package app

import (
	"fmt"
	"slices"
	"strings"
)

// Select picks the modules of the targets ("all" or names) in the order in
// which they start: needs first.
func Select(all []Module, targets []string) ([]Module, error) {
	byName := map[string]Module{}
	for _, m := range all {
		if _, twice := byName[m.Name]; twice {
			return nil, fmt.Errorf("app: two modules are named %s", m.Name)
		}
		byName[m.Name] = m
	}
	wanted := map[string]bool{}
	for _, t := range targets {
		if t == "all" {
			for n := range byName {
				wanted[n] = true
			}
			continue
		}
		if _, ok := byName[t]; !ok {
			return nil, fmt.Errorf("app: no target %q; there are %s", t, strings.Join(Names(all), ", "))
		}
		wanted[t] = true
	}
	var order []Module
	state := map[string]int{} // 1 while visiting, 2 when done
	var visit func(name string) error
	visit = func(name string) error {
		m, ok := byName[name]
		if !ok {
			return fmt.Errorf("app: no module %q", name)
		}
		if state[name] == 1 {
			return fmt.Errorf("app: %s needs itself", name)
		}
		if state[name] == 2 {
			return nil
		}
		state[name] = 1
		for _, n := range m.Needs {
			if err := visit(n); err != nil {
				return err
			}
		}
		state[name] = 2
		if wanted[name] { // a need elsewhere is reached by its URL
			order = append(order, m)
		}
		return nil
	}
	for _, m := range all {
		if err := visit(m.Name); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// Names lists the modules' names, sorted.
func Names(all []Module) []string {
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	slices.Sort(names)
	return names
}
