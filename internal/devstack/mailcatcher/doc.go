// Package mailcatcher is the mailbox of `serve --dev`: an SMTP server on
// loopback that delivers nowhere, and the folder of what it caught.
//
//	SMTP ──> Server ──> Store (one .eml file per message, newest kept) ──> Go API, GET /messages
//
// The folder is the truth, so caught mail survives a restart and every process
// of one state folder sees it, whichever of them runs the SMTP server.
package mailcatcher
