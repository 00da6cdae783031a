package pictures

import (
	"bufio"
	"errors"
	"io"
)

// Blocks of GIF89a.
const (
	gifExtension   = 0x21
	gifImage       = 0x2c
	gifEnd         = 0x3b
	gifControl     = 0xf9 // how long a frame stands, and what is transparent
	gifApplication = 0xff
)

// stripGIF copies frames, their controls and how often they repeat. Comments,
// and what programs left for themselves, stay out.
func stripGIF(w *bufio.Writer, r *bufio.Reader) error {
	head, err := take(r, 13)
	if err != nil || string(head[:3]) != "GIF" {
		return errors.Join(ErrBroken, err)
	}
	_, _ = w.Write(head)
	if err := copyColours(w, r, head[10]); err != nil {
		return err
	}
	for {
		block, err := r.ReadByte()
		if err != nil {
			return err
		}
		switch block {
		case gifEnd:
			return w.WriteByte(gifEnd)
		case gifImage:
			frame, err := take(r, 9)
			if err != nil {
				return err
			}
			_ = w.WriteByte(gifImage)
			_, _ = w.Write(frame)
			if err := copyColours(w, r, frame[8]); err != nil {
				return err
			}
			size, err := r.ReadByte()
			if err != nil {
				return err
			}
			_ = w.WriteByte(size)
			if err := subBlocks(w, r); err != nil {
				return err
			}
		case gifExtension:
			if err := stripExtension(w, r); err != nil {
				return err
			}
		default:
			return ErrBroken
		}
	}
}

func stripExtension(w *bufio.Writer, r *bufio.Reader) error {
	label, err := r.ReadByte()
	if err != nil {
		return err
	}
	keep := label == gifControl
	if label == gifApplication {
		who, err := r.Peek(12)
		if err != nil {
			return err
		}
		keep = string(who) == "\x0bNETSCAPE2.0" || string(who) == "\x0bANIMEXTS1.0"
	}
	if !keep {
		return subBlocks(io.Discard, r)
	}
	_, _ = w.Write([]byte{gifExtension, label})
	return subBlocks(w, r)
}

// copyColours copies the table of colours that a byte of flags announces.
func copyColours(w *bufio.Writer, r *bufio.Reader, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	_, err := io.CopyN(w, r, 3<<(flags&7+1))
	return err
}

// subBlocks copies blocks of at most 255 bytes, the empty last one included.
func subBlocks(w io.Writer, r *bufio.Reader) error {
	for {
		size, err := r.ReadByte()
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte{size}); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
		if _, err := io.CopyN(w, r, int64(size)); err != nil {
			return err
		}
	}
}
