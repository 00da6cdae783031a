package stripesim

import (
	"encoding/json"
	"slices"
	"strings"
)

// keepEvents is how long events can be listed, in seconds. [SPEC: 30 days]
const keepEvents = 30 * day

// emit records an event of the platform.
func (s *Sim) emit(kind string, object, previous obj) {
	s.emitFor(s.platform.ID, kind, object, previous)
}

// emitFor records an event of an account and hands it to every endpoint that listens.
func (s *Sim) emitFor(accountID, kind string, object, previous obj) {
	e := &event{head: s.head("evt"), Type: kind, Object: encodeObject(object)}
	if previous != nil {
		e.Previous = encodeObject(previous)
	}
	if accountID != s.platform.ID {
		e.Account = accountID
	}
	if s.serving != nil {
		e.Request, e.Key = s.serving.request, s.serving.key
	}
	for _, ep := range s.tables.endpoints.list(all) {
		if ep.listens(e) {
			e.Waiting = append(e.Waiting, ep.ID)
		}
	}
	s.put(e)
	s.trimEvents()
	s.courier.send(e)
}

func encodeObject(o obj) json.RawMessage {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // objects are built of plain values
	}
	return b
}

// trimEvents forgets the oldest events when there are many more than are kept.
func (s *Sim) trimEvents() {
	t := s.tables.events
	if len(t.byID) <= s.cfg.KeepEvents+s.cfg.KeepEvents/4 {
		return
	}
	cut := make([]int64, 0, len(t.byID))
	for _, e := range t.byID {
		cut = append(cut, e.Seq)
	}
	slices.Sort(cut)
	oldest := cut[len(cut)-s.cfg.KeepEvents]
	for key, rows := range t.lists {
		n := 0
		for n < len(rows) && rows[n].Seq < oldest {
			n++
		}
		t.dropOldest(key, n)
	}
}

func (ep *endpoint) listens(e *event) bool {
	if ep.Connect != (e.Account != "") {
		return false
	}
	return slices.Contains(ep.Events, "*") || slices.Contains(ep.Events, e.Type)
}

func renderEvent(e *event) obj {
	data := obj{"object": e.Object}
	if e.Previous != nil {
		data["previous_attributes"] = e.Previous
	}
	out := obj{
		"id": e.ID, "object": "event", "api_version": Version, "created": e.Created, "data": data, "livemode": false,
		"pending_webhooks": len(e.Waiting), "request": obj{"id": orNull(e.Request), "idempotency_key": orNull(e.Key)}, "type": e.Type,
	}
	if e.Account != "" {
		out["account"] = e.Account
	}
	return out
}

// eventList is the list that the caller's account may see.
func (c *call) eventList() string {
	if c.account.Platform {
		return ""
	}
	return c.account.ID
}

func (c *call) getEvent() (any, *failure) {
	e, ok := c.sim.tables.events.get(c.path("id"))
	if !ok || e.Account != c.eventList() {
		return nil, missing("event", c.path("id"), "id")
	}
	return renderEvent(e), nil
}

func (c *call) listEvents() (any, *failure) {
	types := c.p.strs("types")
	if len(types) > 20 {
		return nil, invalid("", "types", "You can filter by at most 20 types.")
	}
	if t := c.p.str("type"); t != "" {
		types = append(types, t)
	}
	from := c.sim.now() - keepEvents
	return listed(c, "/v1/events", c.sim.tables.events, c.eventList(), renderEvent, func(e *event) bool {
		if e.Created < from || c.p.has("delivery_success") && c.p.flag("delivery_success") != (len(e.Waiting) == 0) {
			return false
		}
		return len(types) == 0 || slices.ContainsFunc(types, func(t string) bool {
			prefix, wild := strings.CutSuffix(t, "*")
			return t == e.Type || wild && strings.HasPrefix(e.Type, prefix)
		})
	})
}

var endpointParams = fields{
	"url": text.need(), "enabled_events": listOf(text).need(), "connect": yesNo, "description": text, "metadata": facts,
	"api_version": text,
}

func (c *call) createEndpoint() (any, *failure) {
	if v := c.p.str("api_version"); v != "" && v != Version {
		return nil, refusal("", "api_version", "This simulator renders events at %s only.", Version)
	}
	ep := &endpoint{
		head: c.sim.head("we"), URL: c.p.str("url"), Secret: "whsec_" + secret(), Connect: c.p.flag("connect"),
		Events: c.p.strs("enabled_events"), About: c.p.str("description"), Metadata: c.p.labels("metadata"),
	}
	if !strings.HasPrefix(ep.URL, "http://") && !strings.HasPrefix(ep.URL, "https://") {
		return nil, refusal("url_invalid", "url", "Not a valid URL")
	}
	c.sim.put(ep)
	out := renderEndpoint(ep)
	out["secret"] = ep.Secret
	return out, nil
}

func renderEndpoint(ep *endpoint) obj {
	return obj{
		"id": ep.ID, "object": "webhook_endpoint", "api_version": Version, "application": nil, "created": ep.Created,
		"description": orNull(ep.About), "enabled_events": ep.Events, "livemode": false, "metadata": labelsOf(ep.Metadata), "status": "enabled",
		"url": ep.URL,
	}
}

func (c *call) listEndpoints() (any, *failure) {
	return listed(c, "/v1/webhook_endpoints", c.sim.tables.endpoints, all, renderEndpoint, nil)
}

func (c *call) getEndpoint() (any, *failure) {
	ep, ok := c.sim.tables.endpoints.get(c.path("id"))
	if !ok {
		return nil, missing("webhook endpoint", c.path("id"), "id")
	}
	return renderEndpoint(ep), nil
}

func (c *call) deleteEndpoint() (any, *failure) {
	ep, ok := c.sim.tables.endpoints.get(c.path("id"))
	if !ok {
		return nil, missing("webhook endpoint", c.path("id"), "id")
	}
	c.sim.dropEndpoint(ep)
	return obj{"id": ep.ID, "object": "webhook_endpoint", "deleted": true}, nil
}

func (s *Sim) dropEndpoint(ep *endpoint) {
	t := s.tables.endpoints
	delete(t.byID, ep.ID)
	t.lists[all] = slices.DeleteFunc(t.lists[all], func(e *endpoint) bool { return e == ep })
	ep.Events = []string{} // in the journal it stays as one that listens to nothing
	s.dirty = append(s.dirty, ep)
}

// setEndpoints replaces the fixed endpoints. An address keeps its id, so what waits for it over a restart still arrives.
func (s *Sim) setEndpoints(list []Endpoint) {
	for _, ep := range slices.Clone(s.tables.endpoints.list(all)) {
		if ep.Fixed {
			s.dropEndpoint(ep)
		}
	}
	for _, want := range list {
		id := "we_fixed_" + (&call{print: want.URL}).fingerprint()
		s.seq++
		ep := &endpoint{
			head: head{ID: id, Seq: s.seq, Created: s.now()}, URL: want.URL, Secret: want.Secret, Connect: want.Connect, Events: want.Events, Fixed: true,
		}
		if len(ep.Events) == 0 {
			ep.Events = []string{"*"}
		}
		s.put(ep)
	}
}
