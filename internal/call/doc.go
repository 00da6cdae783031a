// Package call is the one way for a part of the house to call another.
//
// Transport is an http.RoundTripper: the host "review.svc" is either an
// http.Handler in this process or a base URL. Clients in the api packages see
// only an *http.Client and can't tell which. A call in the process behaves
// like a remote one: context values stay behind (deadline, cancellation and
// trace go along), headers are copied, both bodies stream, a panic is a 500,
// and the callee authenticates the caller.
//
// A context inside a transaction is refused: no lock is held over HTTP.
package call
