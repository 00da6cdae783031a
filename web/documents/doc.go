// Package documents holds the pages on which an author writes what they want to publish, and takes it all the way: save,
// compare, hear what others say, publish, prove.
//
//	/documents                              what I write, and what each needs next
//	/documents/new                          begin with words and where they shall appear
//	/documents/:id                          the newest version, what it lacks, who has to agree
//	/documents/:id/edit                     the words, places, label, pictures and recordings; saving makes a version
//	/documents/:id/versions … /compare      every version, and what made one of another, word by word
//	/documents/:id/comments                 what was said about passages and moments; suggestions
//	/documents/:id/publish                  now, or at a time
//	/documents/:id/publications/:id         the record: the words to post, and where they can be seen
//	/documents/:id/end                      give it up, or delete it
//
// It keeps no state: content is asked as the person who is signed in. Whoever writes for nobody but themselves meets no
// word about others who have to agree.
package documents
