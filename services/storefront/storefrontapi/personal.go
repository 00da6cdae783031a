package storefrontapi

import (
	"context"
	"net/http"
	"time"
)

// PersonalData is what storefront holds about one person: part of their export. The lessons of a draft are exported product by product,
// as a zip (Client.Export).
type PersonalData struct {
	Page         *Page     `json:"page,omitempty"`
	Products     []Product `json:"products"`
	Orders       []Order   `json:"orders"`
	Entitlements []Holding `json:"entitlements"`
	// PagesChanged are the pages of others that nobody has changed since this person did, under a mandate.
	PagesChanged []PageChange `json:"pages_changed"`
}

// PageChange is a change of another person's page.
type PageChange struct {
	CreatorID string    `json:"creator_id"`
	Changed   time.Time `json:"changed"`
}

// Holding is something the person owns, with how far they read.
type Holding struct {
	EntitlementID string       `json:"entitlement_id"`
	OrderID       string       `json:"order_id"`
	ProductID     string       `json:"product_id"`
	Title         string       `json:"title"`
	Access        string       `json:"access"`
	LastLessonID  string       `json:"last_lesson_id,omitempty"`
	Since         time.Time    `json:"since"`
	Done          []DoneLesson `json:"done"`
}

// DoneLesson is a lesson the person marked as done. Title is "" when the newest publication has no such lesson.
type DoneLesson struct {
	LessonID string    `json:"lesson_id"`
	Title    string    `json:"title"`
	Done     time.Time `json:"done"`
}

// PersonalData is what storefront holds about a person. For accounts, which composes the export.
func (c *Client) PersonalData(ctx context.Context, personID string) (PersonalData, error) {
	return get[PersonalData](ctx, c, path("/internal/personal-data/%s", personID))
}

// Gather puts every order made with a person's proven address into their hands. For accounts, before it erases them: the erasure reaches
// what is theirs, and afterwards nobody could tell whose these were.
func (c *Client) Gather(ctx context.Context, personID string) (Claimed, error) {
	return send[Claimed](ctx, c, http.MethodPost, path("/internal/personal-data/%s/orders", personID), nil)
}
