// Package recordings takes out of a recording what it says besides itself: where it was made, with which device, by whom, comments. It
// knows the boxes of MP4, M4A and QuickTime (ISO/IEC 14496-12) and the ID3v2 tag of MP3.
//
// Nothing is decoded, moved or made shorter: what says too much becomes a box of the same size that players pass over ("free"), filled
// with zeros, and the frames of a tag become padding. So every offset in the file stays right, the media is the same byte for byte, and a
// recording that says nothing stays as it is. Titles and covers in the same places go, too; the page has its own.
//
// Chapters and captions are tracks and stay. The two times at which a recording was made, in the headers of film and tracks, stay:
// players read them, and they name no place and no person.
package recordings
