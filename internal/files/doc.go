// Package files owns the bytes of pictures, recordings and documents: where they
// are kept, how they come in, how they are handed out and when they go. It knows
// no product and no document; it is told a grant and signs it. Each service that
// keeps files has a part of the bucket, a folder of addresses and a key of its own.
//
//	upload ──▶ staging/… ──hash──▶ blobs/ab/abcd…   kept once per content; of a picture or
//	                 │                              recording only itself (no place, no camera)
//	                 │
//	                 │          claimed before it is kept; what nothing refers to is removed
//	                 └─ too large, cut off, damaged picture: nothing stays
//
//	/files/DIGEST/NAME?g=GRANT&x=EXPIRY&s=SIGNATURE   at most five minutes
//	/files/public/DIGEST/NAME?s=SIGNATURE             covers: kept by caches
//
// Files leave on an origin of their own, without cookies, with a type from our
// table and never a sniffed one; what a browser could run leaves as an
// attachment. Ranges work, so recordings can be sought.
//
// A large file may come in parts by tus 1.0 (creation, checksum, termination):
// each part is a blob until the last one joins them.
package files
