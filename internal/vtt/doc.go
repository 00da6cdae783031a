// Package vtt reads transcripts: WebVTT (W3C, "WebVTT: The Web Video Text Tracks
// Format", 4 April 2019), strictly. A transcript stands for a recording that people
// sign off, so nothing in it may be guessed, hidden or left out: what browsers would
// quietly skip is a fault here, with the number of its line.
//
//	WEBVTT
//
//	NOTE for editors; it is dropped
//
//	00:00.000 --> 00:02.500
//	<v Ana>Three tips.
//
// Identifiers, settings of where a cue stands and notes say nothing that is heard,
// and are dropped. Styles and regions can hide or move text: they are refused.
package vtt
