// Package pgserver runs a private PostgreSQL cluster over binaries that are
// already on the machine, for `serve --dev` and for the tests.
//
//	Find ──> Binaries ──> Start ──(initdb once)──> running ──Stop──> stopped
//	                                                  │
//	                                  death of this program (any cause)
//	                                                  └──> SIGINT: fast, clean shutdown
//
// The cluster listens on a Unix socket in a folder that only its owner may
// enter, which is why local connections are trusted; it opens no TCP port, so
// that any number of clusters can run beside each other. PostgreSQL refuses to
// run as root: then its processes belong to the account "postgres", or
// "nobody" where there is none.
package pgserver
