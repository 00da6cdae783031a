package storefrontapi

// The events of storefront. They carry ids, never names, addresses or amounts.
const (
	EventOrderPlaced      = "storefront.order.placed.v1"      // key: order id
	EventOrderPaid        = "storefront.order.paid.v1"        // key: order id; once an order, free ones too
	EventAccessChanged    = "storefront.access.changed.v1"    // key: order id
	EventOrderRepeated    = "storefront.order.repeated.v1"    // key: order id
	EventOrderErased      = "storefront.order.erased.v1"      // key: order id
	EventProductPublished = "storefront.product.published.v1" // key: product id
	EventProductChanged   = "storefront.product.changed.v1"   // key: product id; prices, unpublishing
	EventPageChanged      = "storefront.page.changed.v1"      // key: creator id
)

// OrderPlaced says that somebody has begun to buy.
type OrderPlaced struct {
	OrderID   string `json:"order_id"`
	ProductID string `json:"product_id"`
	CreatorID string `json:"creator_id"`
}

// OrderPaid says that the buyer has what they ordered; a free order is paid when it is placed.
type OrderPaid struct {
	OrderID   string `json:"order_id"`
	ProductID string `json:"product_id"`
	CreatorID string `json:"creator_id"`
}

// AccessChanged says whether what the order gave can be used now.
type AccessChanged struct {
	OrderID       string `json:"order_id"`
	EntitlementID string `json:"entitlement_id"`
	Open          bool   `json:"open"`
}

// OrderRepeated says that a guest has begun to buy what their address has already, by the order OwnedOrderID. The mailbox is told;
// whoever typed the address is not.
type OrderRepeated struct {
	OrderID      string `json:"order_id"`
	OwnedOrderID string `json:"owned_order_id"`
}

// OrderErased says that the buyer was erased: nothing of them is in the order any more but what a tax record needs.
type OrderErased struct {
	OrderID string `json:"order_id"`
}

// ProductPublished says that buyers now see another publication.
type ProductPublished struct {
	ProductID     string `json:"product_id"`
	CreatorID     string `json:"creator_id"`
	PublicationID string `json:"publication_id"`
}

// ProductChanged says that a product's public page differs: its prices, or that it is gone.
type ProductChanged struct {
	ProductID string `json:"product_id"`
	CreatorID string `json:"creator_id"`
}

// PageChanged says that a creator's public page differs.
type PageChanged struct {
	CreatorID string `json:"creator_id"`
}

// Events are the payloads by name, for docs/events.
var Events = map[string]any{
	EventOrderPlaced:      OrderPlaced{},
	EventOrderPaid:        OrderPaid{},
	EventAccessChanged:    AccessChanged{},
	EventOrderRepeated:    OrderRepeated{},
	EventOrderErased:      OrderErased{},
	EventProductPublished: ProductPublished{},
	EventProductChanged:   ProductChanged{},
	EventPageChanged:      PageChanged{},
}
