package storefrontapi

import "time"

// LibraryEntry is something a person owns.
type LibraryEntry struct {
	EntitlementID string    `json:"entitlement_id"`
	OrderID       string    `json:"order_id"`
	ProductID     string    `json:"product_id"`
	Kind          string    `json:"kind"`
	Title         string    `json:"title"`
	Summary       string    `json:"summary"`
	Cover         string    `json:"cover,omitempty"`
	Creator       Creator   `json:"creator"`
	Access        string    `json:"access"`
	Lessons       int       `json:"lessons"`
	Done          int       `json:"done"`
	LastLessonID  string    `json:"last_lesson_id,omitempty"`
	Since         time.Time `json:"since"`
}

// Library is a page of what a person owns, newest first.
type Library struct {
	Items []LibraryEntry `json:"data"`
	Next  string         `json:"next,omitempty"`
	// Unclaimed counts orders made with the person's proven address and not yet
	// in their library: one press of Claim adds them.
	Unclaimed int `json:"unclaimed"`
}

// Claimed says how many orders came into the library.
type Claimed struct {
	Orders int `json:"orders"`
}

// Course is an owned course with the reader's progress.
type Course struct {
	EntitlementID string          `json:"entitlement_id"`
	OrderID       string          `json:"order_id"`
	ProductID     string          `json:"product_id"`
	Title         string          `json:"title"`
	Summary       string          `json:"summary"`
	Creator       Creator         `json:"creator"`
	Access        string          `json:"access"`
	Sections      []CourseSection `json:"sections"`
	Lessons       int             `json:"lessons"`
	Done          int             `json:"done"`
	// NextLessonID is where to go on: the last one opened while it is not done,
	// else the first that is not; "" when all are.
	NextLessonID string `json:"next_lesson_id,omitempty"`
	Publication  string `json:"publication_id"`
	Digest       string `json:"digest"`
}

// CourseSection is a section with the reader's progress.
type CourseSection struct {
	Title   string         `json:"title"`
	Slug    string         `json:"slug"`
	Lessons []CourseLesson `json:"lessons"`
}

// CourseLesson is a lesson with the reader's progress.
type CourseLesson struct {
	ID    string `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Free  bool   `json:"free"`
	Done  bool   `json:"done"`
}

// LessonView is a lesson to read.
type LessonView struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Section string `json:"section"`
	// HTML is safe to put in a page. Its file addresses live five minutes. A link
	// to another lesson is that lesson's id alone, so a page whose address ends in
	// a lesson's id leads to its neighbours.
	HTML        string       `json:"html"`
	Attachments []Attachment `json:"attachments"`
	Done        bool         `json:"done"`
	Position    int          `json:"position"` // from 1
	Lessons     int          `json:"lessons"`
	PreviousID  string       `json:"previous_id,omitempty"`
	NextID      string       `json:"next_id,omitempty"`
}

// Attachment is a file offered beside a lesson.
type Attachment struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Type string `json:"type"`
	Size int64  `json:"size"` // bytes
	URL  string `json:"url"`  // good for at most five minutes
}

// Progress is where a reader stands after a change.
type Progress struct {
	LessonID string `json:"lesson_id"`
	Done     bool   `json:"done"`
	Lessons  int    `json:"lessons"`
	AllDone  int    `json:"all_done"` // lessons done in all
	NextID   string `json:"next_id,omitempty"`
}
