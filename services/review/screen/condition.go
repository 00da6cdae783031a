package screen

import (
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
)

// MaxCost is what one condition may cost, in CEL's own units (about one per operation). It is checked against the worst
// case when a policy is compiled, and again while a condition runs.
const MaxCost = 500

// ErrCostly is the error of a condition that could take longer than MaxCost. It is also an ErrRule.
var ErrCostly = errors.New("screen: condition too costly")

// conditions compiles CEL over what is known of a post:
//
//	score             points of the rule's cues
//	lang, channel     of the post, as its author declared them
//	paid, labelled    somebody gave something for it; it carries a disclosure label
//	countries         ISO 3166-1 codes of its destinations
//	<name>            how often a list, fact or detector of that name was found
type conditions struct{ env *cel.Env }

func newConditions(names []string) (*conditions, error) {
	options := []cel.EnvOption{
		cel.ClearMacros(), // no loops: a condition is one line of logic
		cel.Variable("score", cel.IntType), cel.Variable("lang", cel.StringType), cel.Variable("channel", cel.StringType),
		cel.Variable("paid", cel.BoolType), cel.Variable("labelled", cel.BoolType), cel.Variable("countries", cel.ListType(cel.StringType)),
	}
	for _, n := range names {
		options = append(options, cel.Variable(n, cel.IntType))
	}
	env, err := cel.NewCustomEnv(append([]cel.EnvOption{cel.StdLib()}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("%w: names of lists: %w", ErrRule, err)
	}
	return &conditions{env}, nil
}

func (c *conditions) compile(source string) (cel.Program, error) {
	if len(source) > 2000 {
		return nil, fmt.Errorf("%w: a condition of %d characters, at most 2000", ErrCostly, len(source))
	}
	ast, issues := c.env.Compile(source)
	if issues != nil && issues.Err() != nil {
		return nil, issues.Err()
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("it gives %s instead of yes or no", ast.OutputType())
	}
	worst, err := c.env.EstimateCost(ast, sizes{})
	if err != nil {
		return nil, err
	}
	if worst.Max > MaxCost {
		return nil, fmt.Errorf("%w: up to %d, at most %d", ErrCostly, worst.Max, MaxCost)
	}
	return c.env.Program(ast, cel.CostLimit(MaxCost), cel.EvalOptions(cel.OptOptimize))
}

// sizes tells the estimate how long lists and strings get.
type sizes struct{}

func (sizes) EstimateSize(e cost.AstNode) *cost.SizeEstimate {
	if path := e.Path(); len(path) == 1 && path[0] == "countries" {
		return &cost.SizeEstimate{Min: 0, Max: 250}
	}
	return &cost.SizeEstimate{Min: 0, Max: 64}
}

func (sizes) EstimateCallCost(_, _ string, _ *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	return nil
}

// facts is a cel.Activation over one scan, without a map of its own.
type facts struct {
	post     *Post
	labelled bool
	score    int
	p        *program
	s        *scan
}

func (f *facts) ResolveName(name string) (any, bool) {
	switch name {
	case "score":
		return int64(f.score), true
	case "lang":
		return f.post.Lang, true
	case "channel":
		return f.post.Channel, true
	case "paid":
		return f.post.Paid, true
	case "labelled":
		return f.labelled, true
	case "countries":
		return f.post.Countries, true
	}
	if term, ok := f.p.names[name]; ok {
		return int64(len(f.s.hits[term])), true
	}
	return int64(0), true
}

func (f *facts) Parent() cel.Activation { return nil }
