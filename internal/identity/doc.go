// Package identity says who is calling, between the parts of the house.
//
// Two tokens travel, both Ed25519 and both good for 60 seconds:
//
//	Authorization: Bearer …      which part calls, signed with its own key, for one callee
//	Workfluence-Person: …        for which person, signed by the gateway alone; absent in jobs
//
// A token is used again until near its end, and once verified it is
// remembered by its hash, so that a request costs no signature in the usual
// case. A call in the same process is authenticated like a remote one.
package identity
