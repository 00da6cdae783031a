// Package rest turns typed functions into HTTP routes on gin.
//
// One table registers everything: path, who may call, the input and output
// types, the problems. From the same table come the handlers, the OpenAPI
// document and docs/access.md, so that no route lacks one of them.
//
// Input is decoded here, strictly: unknown fields are refused, validate tags
// are the only rules, and each fault is a field with a JSON pointer.
//
//	type placeOrder struct {
//		Key       string `header:"Idempotency-Key" validate:"required,max=255"`
//		ProductID string `json:"product_id" validate:"required,max=64"`
//	}
//	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/orders", Access: rest.Any(rest.Public), Status: 201}, svc.place)
package rest
