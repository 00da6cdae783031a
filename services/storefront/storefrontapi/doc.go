// Package storefrontapi is storefront's contract: what other parts of the house
// and people's programs may ask of it, the problems it answers with, and the
// events it tells. docs/openapi.json is made from the same types.
package storefrontapi

// Name is the target and the host (storefront.svc).
const Name = "storefront"

// FilesPrefix is where files are served, on an origin of their own.
const FilesPrefix = "/files"

// Prefixes are the public paths that the gateway routes here.
var Prefixes = []string{
	"/api/v1/page",
	"/api/v1/creators",
	"/api/v1/catalogue",
	"/api/v1/products",
	"/api/v1/sections",
	"/api/v1/lessons",
	"/api/v1/product-files",
	"/api/v1/uploads",
	"/api/v1/purchase-terms",
	"/api/v1/orders",
	"/api/v1/sales",
	"/api/v1/library",
	"/api/v1/learn",
}

// OrderTokenHeader carries the secret of an order, for a buyer without an account.
const OrderTokenHeader = "Order-Token"
