package content

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/workfluence/workfluence/internal/problem"
	"github.com/workfluence/workfluence/internal/rest"
	"github.com/workfluence/workfluence/services/content/contentapi"
)

func (s *Service) mediaRoutes(r *rest.Router) {
	rest.Stream(r, rest.Route{Method: "POST", Path: "/api/v1/documents/:document/media", Summary: "Upload a picture or a recording as the body; a version then shows it by its digest",
		Access: arranging, Status: 201, Errors: []*problem.Error{
			contentapi.ErrMediaEmpty, contentapi.ErrMediaUnknown, contentapi.ErrMediaTooLarge, contentapi.ErrPictureUnreadable, contentapi.ErrMediaTooMany, contentapi.ErrDocumentClosed,
		}}, s.upload)
	rest.Handle(r, rest.Route{Method: "GET", Path: "/api/v1/documents/:document/media", Summary: "What was uploaded for a document, oldest first", Access: reading},
		func(ctx context.Context, in *byDocument) (*contentapi.MediaList, error) {
			return s.Media(ctx, in.Document)
		})
	rest.Handle(r, rest.Route{Method: "DELETE", Path: "/api/v1/documents/:document/media/:digest", Summary: "Take away an upload that no version shows", Access: arranging,
		Errors: []*problem.Error{contentapi.ErrMediaShown}},
		func(ctx context.Context, in *struct {
			byDocument
			Digest string `path:"digest" json:"-" validate:"max=80"`
		}) (*rest.Empty, error) {
			return nil, s.TakeAway(ctx, in.Document, in.Digest)
		})
	rest.Stream(r, rest.Route{Method: "GET", Path: contentapi.FilesPath + ":digest/:name", Summary: "A picture or recording of a document by its signed address", Access: rest.Any(rest.Public), Internal: true,
		Errors: []*problem.Error{contentapi.ErrMediaLinkExpired}}, s.serveMedium)
}

func (s *Service) upload(c *gin.Context) error {
	out, err := s.Upload(c.Request.Context(), c.Param("document"), c.Request.ContentLength, c.Request.Body)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}

func (s *Service) serveMedium(c *gin.Context) error {
	var fault error
	s.Files.Handler(s.Sign, s.Clock.Wall, func(_ http.ResponseWriter, _ *http.Request, err error) { fault = mediaFault(err) }).ServeHTTP(c.Writer, c.Request)
	return fault
}
