// Package dev holds the pages of the demo: the mails that were caught, the clock, and signing in as anybody.
// Its routes exist under `serve --dev` alone; elsewhere they are not there to be found.
package dev
