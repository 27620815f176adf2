package dev.penstock.node.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What is asked about the node. */
final class NodeRoutes {
  private final Services services;
  private final Gate gate;
  private final Body body;
  private final Metrics metrics;
  private final String version;
  private final Instant started;

  NodeRoutes(
      Services services, Gate gate, Body body, Metrics metrics, String version, Instant started) {
    this.services = services;
    this.gate = gate;
    this.body = body;
    this.metrics = metrics;
    this.version = version;
    this.started = started;
  }

  record Ready(boolean ready, List<Readiness.Check> checks) {}

  record Health(
      String version,
      Instant started,
      boolean ready,
      List<Readiness.Check> checks,
      Drain.Drained drained,
      Map<String, Long> jobs,
      Map<String, Long> devices) {}

  void devices(Context context, Principal who) {
    Map<String, String> tenants =
        who.tenant().isEmpty() ? Map.of() : Live.tenants(services.details().running());
    JobRoutes.json(
        context, Map.of("devices", Live.veiled(services.devices().devices(), who, tenants)));
  }

  void history(Context context, Principal who) {
    JobRoutes.json(context, services.history().page());
  }

  void workers(Context context, Principal who) {
    JobRoutes.json(
        context,
        Map.of(
            "workers",
            services.workers().workers().stream()
                .filter(each -> who.sees(each.tenant()))
                .toList()));
  }

  void health(Context context, Principal who) {
    Ready ready = ready();
    Map<String, Long> devices =
        services.devices().devices().stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.state().name().toLowerCase(Locale.ROOT),
                    TreeMap::new,
                    Collectors.counting()));
    JobRoutes.json(
        context,
        new Health(
            version,
            started,
            ready.ready(),
            ready.checks(),
            services.drain().drained(),
            services.jobs().counts(),
            devices));
  }

  void doctor(Context context, Principal who) {
    JobRoutes.json(context, services.doctor().last());
  }

  void examine(Context context, Principal who) {
    JobRoutes.json(context, services.doctor().examine());
  }

  void leases(Context context, Principal who) {
    List<Leases.Lease> leases =
        services.leases().leases().stream().map(each -> veiled(each, who)).toList();
    JobRoutes.json(context, Map.of("leases", leases));
  }

  /** Room that others have is no secret; what for is. */
  private Leases.Lease veiled(Leases.Lease lease, Principal who) {
    boolean isSeen =
        who.tenant().isEmpty()
            || lease
                .job()
                .flatMap(SubmitForm::id)
                .flatMap(services.jobs()::find)
                .filter(job -> who.sees(job.submission().tenant()))
                .isPresent();
    return isSeen
        ? lease
        : new Leases.Lease(
            lease.id(),
            lease.device(),
            Optional.empty(),
            "",
            lease.jobClass(),
            lease.state(),
            lease.doubt(),
            lease.since(),
            lease.expires(),
            lease.demand());
  }

  void capacity(Context context, Principal who) {
    JobRoutes.json(context, Map.of("rooms", services.capacity().rooms()));
  }

  void settings(Context context, Principal who) {
    JobRoutes.json(context, services.settings().get());
  }

  void reload(Context context, Principal who) {
    JobRoutes.json(context, services.reload().reload());
  }

  void drain(Context context, Principal who) throws IOException {
    JobRoutes.json(context, services.drain().drain(device(context), who.name()));
  }

  void undrain(Context context, Principal who) throws IOException {
    JobRoutes.json(context, services.drain().undrain(device(context), who.name()));
  }

  private Optional<String> device(Context context) throws IOException {
    JsonNode form = body.optional(context).orElseGet(Wire.JSON::createObjectNode);
    JsonNode device = form.path("device");
    boolean isKnown =
        form.isObject() && form.propertyNames().stream().allMatch(each -> each.equals("device"));
    if (!isKnown || !(device.isMissingNode() || device.isString())) {
      throw JobRoutes.badParameter("device", "{\"device\": KEY}, or nothing for all");
    }
    Optional<String> key = device.isString() ? Optional.of(device.asString()) : Optional.empty();
    key.ifPresent(each -> context.attribute(Gate.SUBJECT, each));
    return key;
  }

  record AuditPage(List<Audit.Written> entries, Optional<Long> next) {}

  void audit(Context context, Principal who) {
    Optional<Long> before =
        JobRoutes.parameter(context, "before", JobRoutes::number, "the next of the page before");
    int limit = JobRoutes.limit(context);
    List<Audit.Written> found = services.audit().list(who.tenant(), before, limit);
    Optional<Long> next =
        found.size() < limit ? Optional.empty() : Optional.of(found.getLast().number());
    JobRoutes.json(context, new AuditPage(found, next));
  }

  void deadWebhooks(Context context, Principal who) {
    JobRoutes.json(
        context,
        Map.of("deliveries", services.hooks().dead(who.tenant(), JobRoutes.limit(context))));
  }

  void retryWebhook(Context context, Principal who) {
    long number = givenUp(context, each -> services.hooks().again(each, who.tenant()));
    JobRoutes.json(context, Map.of("number", number));
  }

  void dropWebhook(Context context, Principal who) {
    long _ = givenUp(context, each -> services.hooks().drop(each, who.tenant()));
    context.status(204);
  }

  /** The one that is named, once that was done with it. */
  private static long givenUp(Context context, LongPredicate done) {
    String text = context.pathParam("number");
    context.attribute(Gate.SUBJECT, "webhook " + text);
    return JobRoutes.number(text)
        .filter(done::test)
        .orElseThrow(
            () -> ProblemException.notFound("webhook " + text, "see the list of those given up"));
  }

  void healthz(Context context, Principal who) {
    context.contentType("text/plain; charset=utf-8").result("ok\n");
  }

  void readyz(Context context, Principal who) {
    Ready ready = ready();
    context.status(ready.ready() ? 200 : 503);
    JobRoutes.json(context, gate.isKnown(context) ? ready : bare(ready));
  }

  /** For strangers: without folders and what else lies behind. */
  private static Ready bare(Ready ready) {
    return new Ready(
        ready.ready(),
        ready.checks().stream()
            .map(each -> new Readiness.Check(each.name(), each.ready(), ""))
            .toList());
  }

  private Ready ready() {
    List<Readiness.Check> checks = services.readiness().checks();
    return new Ready(checks.stream().allMatch(Readiness.Check::ready), checks);
  }

  void metrics(Context context, Principal who) throws IOException {
    context.res().setContentType(Metrics.CONTENT_TYPE);
    metrics.write(context.res().getOutputStream());
  }
}
