package storefront

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/files"
	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/storefront/storefrontapi"
)

type bySection struct {
	Section string `path:"section" json:"-" validate:"max=64"`
}

type oneLesson struct {
	Lesson string `path:"lesson" json:"-" validate:"max=64"`
}

func (s *Service) courseRoutes(r *rest.Router) {
	edits := []*problem.Error{problem.ErrStale, storefrontapi.ErrSlugTaken}
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product/outline", Summary: "Sections and lessons in reading order", Access: looking},
		func(ctx context.Context, in *byProduct) (*storefrontapi.Outline, error) {
			return s.Outline(ctx, in.Product)
		})
	rest.Handle(r, rest.Route{Method: "PUT", Path: "/api/v1/products/:product/outline", Summary: "Change the reading order", Access: arranging,
		Errors: []*problem.Error{problem.ErrStale, storefrontapi.ErrOutlineMismatch}},
		func(ctx context.Context, in *struct {
			productVersion
			storefrontapi.Reorder
		}) (*storefrontapi.Outline, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.Reorder(ctx, in.Product, v, in.Reorder)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/preview", Summary: "How a description would look", Access: looking},
		func(ctx context.Context, in *struct {
			byProduct
			storefrontapi.PreviewText
		}) (*storefrontapi.Preview, error) {
			return s.PreviewDescription(ctx, in.Product, in.Body)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/sections", Summary: "Add a section at the end", Access: arranging, Status: 201},
		func(ctx context.Context, in *struct {
			byProduct
			storefrontapi.NewSection
		}) (*storefrontapi.Section, error) {
			return s.AddSection(ctx, in.Product, in.NewSection)
		})
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/sections/:section", Summary: "Change a section", Access: arranging, Errors: edits},
		func(ctx context.Context, in *struct {
			bySection
			ifMatch
			storefrontapi.UpdateSection
		}) (*storefrontapi.Section, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.UpdateSection(ctx, in.Section, v, in.UpdateSection)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/sections/:section", Summary: "Delete an empty section", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrSectionNotEmpty}},
		func(ctx context.Context, in *bySection) (*rest.Empty, error) {
			return nil, s.DeleteSection(ctx, in.Section)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/sections/:section/lessons", Summary: "Add a lesson at the section's end", Access: arranging, Status: 201, MaxBody: 2 << 20},
		func(ctx context.Context, in *struct {
			bySection
			storefrontapi.NewLesson
		}) (*storefrontapi.Lesson, error) {
			return s.AddLesson(ctx, in.Section, in.NewLesson)
		})
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/lessons/:lesson", Summary: "A lesson of your draft, rendered, with remarks", Access: looking},
		func(ctx context.Context, in *oneLesson) (*storefrontapi.Lesson, error) {
			return s.Lesson(ctx, in.Lesson)
		})
	rest.Handle(r, rest.Route{Method: "PATCH", Path: "/api/v1/lessons/:lesson", Summary: "Change a lesson", Access: arranging, Errors: edits, MaxBody: 2 << 20},
		func(ctx context.Context, in *struct {
			oneLesson
			ifMatch
			storefrontapi.UpdateLesson
		}) (*storefrontapi.Lesson, error) {
			v, err := versionOf(in.Version)
			if err != nil {
				return nil, err
			}
			return s.UpdateLesson(ctx, in.Lesson, v, in.UpdateLesson)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/lessons/:lesson", Summary: "Delete a lesson of your draft", Access: arranging},
		func(ctx context.Context, in *oneLesson) (*rest.Empty, error) {
			return nil, s.DeleteLesson(ctx, in.Lesson)
		})
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/lessons/:lesson/preview", Summary: "How a text would look in this lesson", Access: looking, MaxBody: 2 << 20},
		func(ctx context.Context, in *struct {
			oneLesson
			storefrontapi.PreviewText
		}) (*storefrontapi.Preview, error) {
			return s.PreviewLesson(ctx, in.Lesson, in.Body)
		})
}

func (s *Service) fileRoutes(r *rest.Router) {
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product/files", Summary: "A product's files, by path", Access: looking},
		func(ctx context.Context, in *byProduct) (*storefrontapi.FileList, error) {
			return s.FileList(ctx, in.Product)
		})
	rest.Stream(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/files", Summary: "Upload a file as the body, its name as ?name=, a lesson to offer it beside as ?lesson=",
		Access: arranging, Status: 201, Errors: []*problem.Error{storefrontapi.ErrFileTooLarge, storefrontapi.ErrImageUnreadable}}, s.uploadFile)
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/product-files/:file", Summary: "Delete a file that nothing refers to", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrFileInUse}},
		func(ctx context.Context, in *struct {
			File string `path:"file" json:"-" validate:"max=64"`
		}) (*rest.Empty, error) {
			return nil, s.DeleteFile(ctx, in.File)
		})
	rest.Stream(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/import", Summary: "Replace the draft's lessons by those of a zip, sent as the body", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrImport, storefrontapi.ErrFileTooLarge}}, s.importZip)
	rest.Handle(r, rest.Route{Method: "POST", Path: "/api/v1/products/:product/import-upload", Summary: "Import a zip that was uploaded resumably", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrImport, storefrontapi.ErrUploadGone}},
		func(ctx context.Context, in *struct {
			byProduct
			Upload string `query:"upload" json:"-" validate:"required,max=64"`
		}) (*storefrontapi.ImportResult, error) {
			return s.ImportUpload(ctx, in.Product, in.Upload)
		})
	rest.Stream(r, rest.Route{Method: "GET", Path: "/api/v1/products/:product/export", Summary: "The draft as a zip that import reads back", Access: looking}, s.exportZip)
	s.tusRoutes(r)
	for _, path := range []string{"/files/:digest/:name", "/files/public/:digest/:name"} {
		rest.Stream(r, rest.Route{Method: "GET", Path: path, Summary: "A file by its signed address", Access: everybody, Internal: true}, s.serveFile)
	}
}

// answer writes JSON from a route whose body was a stream.
func answer(c *gin.Context, status int, out any) error {
	c.JSON(status, out)
	return nil
}

func (s *Service) uploadFile(c *gin.Context) error {
	to := storefrontapi.UploadTarget{ProductID: c.Param("product"), Name: c.Query("name"), LessonID: c.Query("lesson")}
	out, err := s.UploadFile(c.Request.Context(), to, c.Request.ContentLength, c.Request.Body)
	if err != nil {
		return err
	}
	return answer(c, http.StatusCreated, out)
}

func (s *Service) importZip(c *gin.Context) error {
	if c.Request.ContentLength > s.Config.MaxUpload {
		return storefrontapi.ErrFileTooLarge
	}
	out, err := s.Import(c.Request.Context(), c.Param("product"), c.Request.Body)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, out)
}

func (s *Service) exportZip(c *gin.Context) error {
	write, name, err := s.Export(c.Request.Context(), c.Param("product"))
	if err != nil {
		return err
	}
	c.Header("Content-Type", "application/zip")
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return write(c.Writer)
}

func (s *Service) serveFile(c *gin.Context) error {
	var fault error
	s.Files.Handler(s.Sign, s.wall, func(_ http.ResponseWriter, _ *http.Request, err error) { fault = fileProblem(err) }).ServeHTTP(c.Writer, c.Request)
	return fault
}

// tusRoutes speak tus 1.0 (tus.io/protocols/resumable-upload).
func (s *Service) tusRoutes(r *rest.Router) {
	rest.Stream(r, rest.Route{Method: "OPTIONS", Path: "/api/v1/uploads", Summary: "What the upload protocol (tus 1.0) offers", Access: everybody}, func(c *gin.Context) error {
		c.Header("Tus-Resumable", files.TusVersion)
		c.Header("Tus-Version", files.TusVersion)
		c.Header("Tus-Extension", files.TusExtensions)
		c.Header("Tus-Checksum-Algorithm", files.TusChecksums)
		c.Header("Tus-Max-Size", strconv.FormatInt(s.Config.MaxUpload, 10))
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	})
	rest.Stream(r, rest.Route{Method: "POST", Path: "/api/v1/uploads", Summary: "Begin a resumable upload (tus 1.0); Upload-Metadata names product, name and perhaps lesson or import",
		Access: arranging, Status: 201, Errors: []*problem.Error{storefrontapi.ErrFileTooLarge}}, s.createUpload)
	rest.Stream(r, rest.Route{Method: "GET", Path: "/api/v1/uploads/:upload", Summary: "How much of an upload has arrived (HEAD, as tus asks, answers the same)", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrUploadGone}}, func(c *gin.Context) error {
		u, err := s.Upload(c.Request.Context(), c.Param("upload"))
		if err != nil {
			return err
		}
		c.Header("Cache-Control", "no-store")
		c.Header("Upload-Length", strconv.FormatInt(u.Length, 10))
		return uploadAnswer(c, u, http.StatusOK)
	})
	rest.Stream(r, rest.Route{Method: "PATCH", Path: "/api/v1/uploads/:upload", Summary: "Send the next part of an upload", Access: arranging,
		Errors: []*problem.Error{storefrontapi.ErrUploadOffset, storefrontapi.ErrUploadChecksum, storefrontapi.ErrUploadGone, storefrontapi.ErrImageUnreadable}}, s.appendUpload)
	rest.Stream(r, rest.Route{Method: "DELETE", Path: "/api/v1/uploads/:upload", Summary: "Forget an upload", Access: arranging}, func(c *gin.Context) error {
		if err := s.EndUpload(c.Request.Context(), c.Param("upload")); err != nil {
			return err
		}
		c.Header("Tus-Resumable", files.TusVersion)
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return nil
	})
}

func (s *Service) createUpload(c *gin.Context) error {
	length, err := strconv.ParseInt(c.GetHeader("Upload-Length"), 10, 64)
	if err != nil {
		return problem.ErrMalformed.WithDetail("Upload-Length must be the number of bytes.").Because(err)
	}
	meta, err := files.ParseMetadata(c.GetHeader("Upload-Metadata"))
	if err != nil {
		return fileProblem(err)
	}
	_, isImport := meta["import"]
	u, err := s.CreateUpload(c.Request.Context(), storefrontapi.UploadTarget{
		ProductID: meta["product"], Name: meta["name"], LessonID: meta["lesson"], Import: isImport,
	}, length)
	if err != nil {
		return err
	}
	c.Header("Location", "/api/v1/uploads/"+u.ID)
	return uploadAnswer(c, u, http.StatusCreated)
}

func (s *Service) appendUpload(c *gin.Context) error {
	if c.ContentType() != "application/offset+octet-stream" {
		return problem.ErrUnsupported.WithDetail("Send application/offset+octet-stream.")
	}
	offset, err := strconv.ParseInt(c.GetHeader("Upload-Offset"), 10, 64)
	if err != nil {
		return problem.ErrMalformed.WithDetail("Upload-Offset must be the number of bytes that arrived before.").Because(err)
	}
	want, err := files.ParseChecksum(c.GetHeader("Upload-Checksum"))
	if err != nil {
		return fileProblem(err)
	}
	u, err := s.Append(c.Request.Context(), c.Param("upload"), offset, c.Request.Body, want)
	if err != nil {
		return err
	}
	return uploadAnswer(c, u, http.StatusNoContent)
}

// uploadAnswer carries where the upload stands, and the file once it is whole.
func uploadAnswer(c *gin.Context, u Upload, status int) error {
	c.Header("Tus-Resumable", files.TusVersion)
	c.Header("Upload-Offset", strconv.FormatInt(u.Received, 10))
	c.Header("Upload-Expires", u.ExpiresAt.UTC().Format(http.TimeFormat))
	if u.FileID != nil {
		c.Header("Upload-File", fmt.Sprint(*u.FileID))
	}
	c.Status(status)
	c.Writer.WriteHeaderNow()
	return nil
}
