// Package organisations is the pages of acting for an organisation and of working for one: which organisations somebody acts for, who else does,
// invitations, mail domains, and for whom a person says that they work. Who answered that they work for nobody reads no word about employers.
package organisations
