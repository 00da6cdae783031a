package storefrontapi

import "time"

// Outline is a course's sections and lessons in reading order.
type Outline struct {
	ProductID string    `json:"product_id"`
	Version   int64     `json:"version"` // the product's
	Sections  []Section `json:"sections"`
}

// Section is a run of lessons.
type Section struct {
	ID      string        `json:"id"`
	Slug    string        `json:"slug"`
	Title   string        `json:"title"`
	Version int64         `json:"version"`
	Lessons []LessonBrief `json:"lessons"`
}

// LessonBrief is a lesson in an outline.
type LessonBrief struct {
	ID    string `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Free  bool   `json:"free"`
	Words int    `json:"words"`
	Files int    `json:"files"` // offered beside the text
}

// Lesson is a lesson as its creator edits it.
type Lesson struct {
	ID          string    `json:"id"`
	ProductID   string    `json:"product_id"`
	SectionID   string    `json:"section_id"`
	Slug        string    `json:"slug"`
	Title       string    `json:"title"`
	Free        bool      `json:"free"`
	Body        string    `json:"body"` // Markdown
	HTML        string    `json:"html"` // safe to put in a page
	Attachments []File    `json:"attachments"`
	Warnings    []Warning `json:"warnings"`
	Version     int64     `json:"version"`
	Updated     time.Time `json:"updated"`
}

// NewSection adds a section at the end.
type NewSection struct {
	Title string `json:"title" validate:"required,max=200"`
}

// UpdateSection replaces what is given.
type UpdateSection struct {
	Title *string `json:"title,omitempty" validate:"omitempty,min=1,max=200"`
	Slug  *string `json:"slug,omitempty" validate:"omitempty,min=1,max=80"`
}

// NewLesson adds a lesson at the section's end.
type NewLesson struct {
	Title string `json:"title" validate:"required,max=200"`
	Body  string `json:"body,omitempty" validate:"max=400000"`
	Free  bool   `json:"free,omitempty"`
}

// UpdateLesson replaces what is given.
type UpdateLesson struct {
	Title       *string   `json:"title,omitempty" validate:"omitempty,min=1,max=200"`
	Slug        *string   `json:"slug,omitempty" validate:"omitempty,min=1,max=80"`
	Body        *string   `json:"body,omitempty" validate:"omitempty,max=400000"`
	Free        *bool     `json:"free,omitempty"`
	Attachments *[]string `json:"attachments,omitempty" validate:"omitempty,max=50,dive,max=64"` // file ids in order
}

// Reorder names every section and lesson once, in the new order. A lesson may
// change its section.
type Reorder struct {
	Sections []ReorderSection `json:"sections" validate:"max=500,dive"`
}

// ReorderSection is a section with its lessons.
type ReorderSection struct {
	ID      string   `json:"id" validate:"required,max=64"`
	Lessons []string `json:"lessons" validate:"max=2000,dive,max=64"`
}

// PreviewText asks how a text would look, without saving it.
type PreviewText struct {
	Body string `json:"body" validate:"max=400000"`
}

// Preview is a rendered text with remarks on it.
type Preview struct {
	HTML     string    `json:"html"`
	Warnings []Warning `json:"warnings"`
}

// Warning is a remark with its place. Code is one of courses' codes; Line is 0
// where the file as a whole is meant; Times counts equal remarks. Reason tells
// remarks of one code apart; Params are what it is about, by name (tag, address,
// target, key). Together they say what Text says in English.
type Warning struct {
	Code   string            `json:"code"`
	Reason string            `json:"reason,omitempty"`
	Params map[string]string `json:"params,omitempty"`
	File   string            `json:"file,omitempty"`
	Line   int               `json:"line,omitempty"`
	Text   string            `json:"text"`
	Times  int               `json:"times"`
}

// ImportResult says what an import brought. It replaced the draft's lessons; a
// lesson with the same address kept its id, so buyers keep their progress.
type ImportResult struct {
	Outline  Outline   `json:"outline"`
	Files    int       `json:"files"`
	Warnings []Warning `json:"warnings"`
}

// File is a picture, recording or document of a product.
type File struct {
	ID     string    `json:"id"`
	Path   string    `json:"path"` // how lessons refer to it
	Name   string    `json:"name"`
	Kind   string    `json:"kind"` // image, audio, video, attachment
	Type   string    `json:"type"`
	Size   int64     `json:"size"` // bytes
	Digest string    `json:"digest"`
	URL    string    `json:"url"` // good for at most five minutes
	Added  time.Time `json:"added"`
}

// FileList is all files of a product, by path.
type FileList struct {
	Items []File `json:"data"`
}

// UploadTarget says where a file goes: it rides in tus' Upload-Metadata or in
// the query of a plain upload.
type UploadTarget struct {
	ProductID string
	Name      string // file name; the path is made of it
	LessonID  string // offer it beside this lesson; "" for none
	Import    bool   // a zip for Import, kept for a day
}
