package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is who PostgreSQL's processes run as; a nil credential means "as us".
type account struct {
	name       string
	credential *syscall.Credential
}

// unprivileged picks the account: ourselves, unless we are root.
func unprivileged() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return account{}, fmt.Errorf("read account %s: %w", name, err)
		}
		return account{name, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL cannot run as root and neither account postgres nor nobody exists")
}

// mkdir makes a folder that only the account may enter, and the open folders
// above it. An existing folder must already be the account's.
func (a account) mkdir(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		if !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("make %s: %w", dir, err)
		}
		return a.owns(dir)
	}
	if a.credential == nil {
		return nil
	}
	if err := os.Lchown(dir, int(a.credential.Uid), int(a.credential.Gid)); err != nil {
		return fmt.Errorf("give %s to the PostgreSQL account: %w", dir, err)
	}
	return nil
}

func (a account) owns(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at %s: %w", dir, err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || stat.Uid != a.uid() {
		return fmt.Errorf("%s exists but does not belong to the account that runs PostgreSQL (uid %d)", dir, a.uid())
	}
	return nil
}

func (a account) uid() uint32 {
	if a.credential != nil {
		return a.credential.Uid
	}
	return uint32(os.Geteuid())
}

// reachable returns bin, or a copy of its installation in copyDir when some
// folder above it is closed to the account (a home folder of root usually is).
// The whole installation is copied, links kept, because the programs find
// their libraries relative to themselves.
func (a account) reachable(bin, copyDir string) (string, error) {
	if closed, err := a.closed(bin); err != nil || closed == "" {
		return bin, err
	}
	target := filepath.Join(copyDir, filepath.Base(bin))
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	partial := copyDir + ".new"
	if err := os.RemoveAll(partial); err != nil {
		return "", fmt.Errorf("clear %s: %w", partial, err)
	}
	if out, err := exec.Command("cp", "-a", filepath.Dir(bin), partial).CombinedOutput(); err != nil {
		return "", fmt.Errorf("copy PostgreSQL to where it may run: %w: %s", err, out)
	}
	if err := os.Chmod(partial, 0o755); err != nil {
		return "", fmt.Errorf("open %s: %w", partial, err)
	}
	if err := os.Rename(partial, copyDir); err != nil {
		return "", fmt.Errorf("put PostgreSQL in place: %w", err)
	}
	return target, nil
}

// Closed names the first folder on the way to path, path included, that PostgreSQL's account may not walk into,
// and that account; "" for none. Access lists beyond the mode are not looked at.
func Closed(path string) (folder, who string, err error) {
	a, err := unprivileged()
	if err != nil {
		return "", "", err
	}
	folder, err = a.closed(path)
	return folder, a.name, err
}

func (a account) closed(path string) (string, error) {
	if a.credential == nil {
		return "", nil
	}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("walk to the folder: %w", err)
	}
	walked := "/"
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		walked = filepath.Join(walked, part)
		info, err := os.Stat(walked)
		if err != nil {
			return "", fmt.Errorf("walk to the folder: %w", err)
		}
		if info.IsDir() && !a.enters(info) {
			return walked, nil
		}
	}
	return "", nil
}

// enters asks the mode's right to search a folder: the owner's, the group's or everybody's.
func (a account) enters(info os.FileInfo) bool {
	search := os.FileMode(0o001)
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		switch {
		case stat.Uid == a.credential.Uid:
			search = 0o100
		case stat.Gid == a.credential.Gid:
			search = 0o010
		}
	}
	return info.Mode().Perm()&search != 0
}
