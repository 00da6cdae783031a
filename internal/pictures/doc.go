// Package pictures takes out of a picture what it says besides itself: where and
// when it was taken, by which camera and whom, comments, previews of what was cut
// away, and whatever hangs behind its end. It knows JPEG, PNG, WebP and GIF.
//
// What is left is the very picture: nothing is decoded or encoded again, so it
// loses no quality, costs no memory worth naming, and a picture that says nothing
// stays as it is, byte for byte. Colour profiles stay. Of the Exif data one thing
// stays: which way is up, alone in a block of its own, since without it a picture
// taken upright would lie on its side. Browsers turn it when they show it.
package pictures
