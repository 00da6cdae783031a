package k8s_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"github.com/workfluence/workfluence/cmd/workfluence/internal/compose"
	"github.com/workfluence/workfluence/internal/app"
)

const base = "../../../../k8s/base"

// manifests are all objects of the base, parsed strictly.
type manifests struct {
	deployments map[string]appsv1.Deployment
	services    map[string]corev1.Service
	jobs        map[string]batchv1.Job
	budgets     map[string]policyv1.PodDisruptionBudget
	scalers     map[string]autoscalingv2.HorizontalPodAutoscaler
	config      corev1.ConfigMap
	policies    []networkingv1.NetworkPolicy
}

func read(t *testing.T) manifests {
	t.Helper()
	m := manifests{map[string]appsv1.Deployment{}, map[string]corev1.Service{}, map[string]batchv1.Job{}, map[string]policyv1.PodDisruptionBudget{},
		map[string]autoscalingv2.HorizontalPodAutoscaler{}, corev1.ConfigMap{}, nil}
	var listed struct {
		Resources []string `json:"resources"`
	}
	text, err := os.ReadFile(filepath.Join(base, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &listed); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(base, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if filepath.Base(f) == "kustomization.yaml" {
			continue
		}
		if !slices.Contains(listed.Resources, filepath.Base(f)) {
			t.Errorf("%s is not in the kustomization", filepath.Base(f))
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, doc := range bytes.Split(text, []byte("\n---\n")) {
			m.add(t, f, doc)
		}
	}
	return m
}

func (m *manifests) add(t *testing.T, file string, doc []byte) {
	t.Helper()
	var head struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if err := yaml.Unmarshal(doc, &head); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	strict := func(into any) {
		if err := yaml.UnmarshalStrict(doc, into); err != nil {
			t.Errorf("%s %s: %v", head.Kind, head.Metadata.Name, err)
		}
	}
	switch head.Kind {
	case "Deployment":
		var d appsv1.Deployment
		strict(&d)
		m.deployments[d.Name] = d
	case "Service":
		var s corev1.Service
		strict(&s)
		m.services[s.Name] = s
	case "Job":
		var j batchv1.Job
		strict(&j)
		m.jobs[j.Name] = j
	case "PodDisruptionBudget":
		var b policyv1.PodDisruptionBudget
		strict(&b)
		m.budgets[b.Name] = b
	case "HorizontalPodAutoscaler":
		var h autoscalingv2.HorizontalPodAutoscaler
		strict(&h)
		m.scalers[h.Name] = h
	case "ConfigMap":
		strict(&m.config)
	case "NetworkPolicy":
		var p networkingv1.NetworkPolicy
		strict(&p)
		m.policies = append(m.policies, p)
	default:
		t.Errorf("%s holds a %q, which this test does not know", file, head.Kind)
	}
}

// Every target of the binary has its Deployment, Service, budget and scaler, and there is nothing else.
func TestTargetsAreTheBinarys(t *testing.T) {
	t.Parallel()
	m := read(t)
	want := app.Names(compose.Modules())
	for kind, got := range map[string][]string{
		"Deployment": keys(m.deployments), "Service": keys(m.services), "PodDisruptionBudget": keys(m.budgets), "HorizontalPodAutoscaler": keys(m.scalers),
	} {
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, the binary has %v", kind, got, want)
		}
	}
	if len(m.jobs) != 1 || !slices.Equal(m.jobs["migrate"].Spec.Template.Spec.Containers[0].Args, []string{"migrate", "up"}) {
		t.Errorf("jobs: %v", keys(m.jobs))
	}
}

func keys[V any](m map[string]V) []string {
	out := []string{}
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func TestDeploymentsRunTheirTarget(t *testing.T) {
	t.Parallel()
	m := read(t)
	known, schemas := settings()
	for name, d := range m.deployments {
		pod := d.Spec.Template
		if !reflect.DeepEqual(d.Spec.Selector.MatchLabels, m.services[name].Spec.Selector) || pod.Labels["app.kubernetes.io/name"] != name {
			t.Errorf("%s: selector, labels and service disagree", name)
		}
		c := pod.Spec.Containers[0]
		if !slices.Equal(c.Args, []string{"serve", "--target=" + name}) {
			t.Errorf("%s runs %v", name, c.Args)
		}
		restricted(t, name, pod.Spec)
		ports := map[string]int32{}
		for _, p := range c.Ports {
			ports[p.Name] = p.ContainerPort
		}
		for _, p := range m.services[name].Spec.Ports {
			if ports[p.TargetPort.StrVal] == 0 {
				t.Errorf("%s: the service leads to port %q, which the pod does not open", name, p.TargetPort.StrVal)
			}
		}
		if addr := m.config.Data["WORKFLUENCE_LISTEN"]; addr != ":8080" || ports["http"] != 8080 {
			t.Errorf("%s: listens on %s, the pod opens %d", name, addr, ports["http"])
		}
		if addr := m.config.Data["WORKFLUENCE_ADMIN_LISTEN"]; addr != ":9090" || ports["admin"] != 9090 {
			t.Errorf("%s: probes at %s, the pod opens %d", name, addr, ports["admin"])
		}
		if c.ReadinessProbe.HTTPGet.Path != "/readyz" || c.LivenessProbe.HTTPGet.Path != "/livez" {
			t.Errorf("%s: probes are not those of the binary", name)
		}
		secrets(t, name, c, known[name], schemas[name])
	}
	for _, key := range []string{"WEB_OPERATOR_ADDRESS", "WEB_OPERATOR_EMAIL"} { // web doesn't start without
		if m.config.Data[key] == "" {
			t.Errorf("the config map lacks %s", key)
		}
	}
	for key := range m.config.Data {
		read := false
		for target := range known {
			read = read || slices.Contains(known[target], key)
		}
		if !read {
			t.Errorf("the config map sets %s, which the binary does not read", key)
		}
	}
}

// secrets checks that a pod reads what its target needs, and only settings that the binary knows.
func secrets(t *testing.T, name string, c corev1.Container, own []string, schema string) {
	t.Helper()
	have := []string{}
	for _, e := range c.Env {
		have = append(have, e.Name)
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
			if e.ValueFrom.SecretKeyRef.Key != e.Name || e.ValueFrom.SecretKeyRef.Name != "workfluence-"+name {
				t.Errorf("%s: %s comes from %s/%s", name, e.Name, e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key)
			}
		}
		common := slices.Contains(append(fields(&app.Config{}, false), "DATABASE_URL_"+strings.ToUpper(schema)), e.Name)
		if !common && !slices.Contains(own, e.Name) {
			t.Errorf("%s: %s is no setting of this target", name, e.Name)
		}
	}
	need := []string{"REDIS_URL", "WORKFLUENCE_SECRET", "WORKFLUENCE_KEYS_DIR"}
	if schema != "" {
		need = append(need, "DATABASE_URL_"+strings.ToUpper(schema))
	}
	for _, m := range compose.Modules() {
		if m.Name == name && m.Config != nil {
			need = append(need, fields(m.Config, true)...)
		}
	}
	for _, n := range need {
		if !slices.Contains(have, n) {
			t.Errorf("%s lacks %s", name, n)
		}
	}
}

// settings are the names that the binary reads, by target, and each target's schema.
func settings() (known map[string][]string, schemas map[string]string) {
	known, schemas = map[string][]string{"common": fields(&app.Config{}, false)}, map[string]string{}
	for _, m := range compose.Modules() {
		schemas[m.Name] = m.Schema
		if m.Config != nil {
			known[m.Name] = fields(m.Config, false)
		}
	}
	return known, schemas
}

func fields(cfg any, secretOnly bool) []string {
	var out []string
	t := reflect.TypeOf(cfg).Elem()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("env"), ",")
		if kind := t.Field(i).Type; name == "" && kind.Kind() == reflect.Struct { // the settings of one area
			out = append(out, fields(reflect.New(kind).Interface(), secretOnly)...)
		}
		if name != "" && (!secretOnly || t.Field(i).Tag.Get("secret") == "true") {
			out = append(out, name)
		}
	}
	return out
}

// restricted is the Pod Security Standard of that name, and limits.
func restricted(t *testing.T, name string, pod corev1.PodSpec) {
	t.Helper()
	s := pod.SecurityContext
	if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("%s: the pod is not restricted", name)
	}
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		t.Errorf("%s: mounts a service account", name)
	}
	for _, c := range pod.Containers {
		cs := c.SecurityContext
		if cs == nil || cs.AllowPrivilegeEscalation == nil || *cs.AllowPrivilegeEscalation || cs.ReadOnlyRootFilesystem == nil || !*cs.ReadOnlyRootFilesystem ||
			cs.Capabilities == nil || !slices.Equal(cs.Capabilities.Drop, []corev1.Capability{"ALL"}) {
			t.Errorf("%s: the container is not restricted", name)
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Limits.Memory().IsZero() {
			t.Errorf("%s: asks for nothing or has no limit", name)
		}
	}
}

// Whatever is not allowed is denied.
func TestNetworkIsClosedByDefault(t *testing.T) {
	t.Parallel()
	for _, p := range read(t).policies {
		if p.Name == "deny" && len(p.Spec.PodSelector.MatchLabels) == 0 && len(p.Spec.PolicyTypes) == 2 && p.Spec.Ingress == nil && p.Spec.Egress == nil {
			return
		}
	}
	t.Error("no policy denies everything")
}
