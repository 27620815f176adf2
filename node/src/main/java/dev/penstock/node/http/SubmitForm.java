package dev.penstock.node.http;

import dev.penstock.model.Urgency;
import dev.penstock.node.JobId;
import dev.penstock.node.Submission;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Reads the body of a submission, and gathers all that is wrong with it. */
final class SubmitForm {
  static final String TENANT = "[a-z0-9][a-z0-9._-]{0,62}";
  private static final Set<String> KEYS =
      Set.of(
          "spec", "class", "priority", "deadline", "labels", "key", "after", "webhook", "tenant");
  private static final int DEFAULT_PRIORITY = 50;
  private static final int LONGEST = 200;
  private static final int MOST_LABELS = 32;
  private static final int MOST_AFTER = 100;
  private static final int MOST_PORTS = 65_535;

  private final List<Problem.Mistake> mistakes = new ArrayList<>();
  private final JsonNode form;
  private final Principal who;
  private final SpecCheck specs;
  private final Roots roots;
  private final Hooks hooks;

  private SubmitForm(JsonNode form, Principal who, Services services, Roots roots) {
    this.form = form;
    this.who = who;
    this.specs = services.specs();
    this.hooks = services.hooks();
    this.roots = roots;
  }

  /**
   * @param header the key, when it came as a header
   * @throws ProblemException with all mistakes
   */
  static Submission read(
      JsonNode form, Optional<String> header, Principal who, Services services, Roots roots) {
    return new SubmitForm(form, who, services, roots).read(header);
  }

  private Submission read(Optional<String> header) {
    if (!form.isObject()) {
      wrong("body", "is no object", "send {\"spec\": …}");
      throw ProblemException.mistakes(mistakes);
    }
    form.propertyNames().stream()
        .filter(key -> !KEYS.contains(key))
        .forEach(key ->
            wrong(
                key,
                "no such key",
                "known here: " + String.join(", ", KEYS.stream().sorted().toList())));
    String spec = spec();
    Optional<Urgency> jobClass = text("class", SubmitForm::jobClass, "live, interactive or batch");
    int priority = priority();
    Optional<Instant> deadline =
        text("deadline", SubmitForm::instant, "such as 2030-01-31T12:00:00Z");
    Map<String, String> labels = labels();
    Optional<String> key =
        text("key", SubmitForm::key, "1 to " + LONGEST + " characters").or(() -> header);
    List<JobId> after = after();
    Optional<URI> webhook =
        text("webhook", SubmitForm::webhook, "an http or https URL without a user");
    webhook
        .flatMap(hooks::refusal)
        .ifPresent(why ->
            wrong(
                "webhook",
                "may not be told: " + why,
                "name another URL, or have its host allowed"));
    String tenant = tenant();
    if (!mistakes.isEmpty()) {
      throw ProblemException.mistakes(mistakes);
    }
    return new Submission(
        tenant,
        spec,
        jobClass.orElse(Urgency.BATCH),
        priority,
        deadline,
        labels,
        key,
        after,
        webhook);
  }

  private String spec() {
    JsonNode node = form.path("spec");
    if (!node.isObject() && !node.isString()) {
      wrong("spec", "is missing", "a job file, as object or as text");
      return "";
    }
    return switch (specs.check(node.isString() ? node.asString() : node.toString())) {
      case SpecCheck.Mistaken(var found) -> {
        found.forEach(each ->
            wrong(each.at().isEmpty() ? "spec" : "spec." + each.at(), each.problem(), each.next()));
        yield "";
      }
      case SpecCheck.Checked checked -> {
        checked.reads().forEach(each -> allow(each, roots::toRead));
        checked.writes().forEach(each -> allow(each, roots::toWrite));
        yield checked.spec();
      }
    };
  }

  private void allow(String location, java.util.function.Consumer<String> check) {
    try {
      check.accept(location);
    } catch (dev.penstock.model.FailureException e) {
      var diagnosis = e.failure().diagnosis();
      wrong(
          "spec",
          diagnosis.subject() + " " + diagnosis.problem() + ": " + diagnosis.likelyCause(),
          diagnosis.nextStep());
    }
  }

  private int priority() {
    JsonNode node = form.path("priority");
    if (node.isMissingNode()) {
      return DEFAULT_PRIORITY;
    }
    if (node.isInt() && node.asInt() >= 0 && node.asInt() <= Submission.MOST_PRIORITY) {
      return node.asInt();
    }
    wrong("priority", "is none", "0 to " + Submission.MOST_PRIORITY);
    return DEFAULT_PRIORITY;
  }

  private Map<String, String> labels() {
    JsonNode node = form.path("labels");
    Map<String, String> labels = new HashMap<>();
    if (!node.isMissingNode() && (!node.isObject() || node.size() > MOST_LABELS)) {
      wrong("labels", "are none", "an object with at most " + MOST_LABELS + " texts");
      return labels;
    }
    for (var each : node.properties()) {
      if (each.getValue().isString() && each.getValue().asString().length() <= LONGEST) {
        labels.put(each.getKey(), each.getValue().asString());
      } else {
        wrong("labels." + each.getKey(), "is no text", "at most " + LONGEST + " characters");
      }
    }
    return labels;
  }

  private List<JobId> after() {
    JsonNode node = form.path("after");
    List<JobId> after = new ArrayList<>();
    if (!node.isMissingNode() && (!node.isArray() || node.size() > MOST_AFTER)) {
      wrong("after", "is no list of jobs", "at most " + MOST_AFTER + " ids");
      return after;
    }
    for (int i = 0; i < node.size(); i++) {
      Optional<JobId> id = id(node.get(i).asString(""));
      id.ifPresent(after::add);
      if (id.isEmpty()) {
        wrong("after[" + i + "]", "is no job id", "26 letters and digits, as submitting answers");
      }
    }
    return after;
  }

  private String tenant() {
    Optional<String> asked =
        text("tenant", each -> each.matches(TENANT) ? Optional.of(each) : Optional.empty(), TENANT);
    asked
        .filter(each -> !who.sees(each))
        .ifPresent(each -> wrong("tenant", "is not yours", "leave it out"));
    return asked.or(who::tenant).orElse(Principal.DEFAULT_TENANT);
  }

  private <T> Optional<T> text(String key, Function<String, Optional<T>> read, String next) {
    JsonNode node = form.path(key);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    Optional<T> value = node.isString() ? read.apply(node.asString()) : Optional.empty();
    if (value.isEmpty()) {
      wrong(key, "cannot be understood", next);
    }
    return value;
  }

  private void wrong(String at, String problem, String next) {
    mistakes.add(new Problem.Mistake(at, problem, next));
  }

  static Optional<Urgency> jobClass(String text) {
    return java.util.Arrays.stream(Urgency.values())
        .filter(each -> each.label().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(java.time.OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  static Optional<JobId> id(String text) {
    try {
      return Optional.of(new JobId(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static Optional<String> key(String text) {
    return text.isBlank() || text.length() > LONGEST ? Optional.empty() : Optional.of(text);
  }

  private static Optional<URI> webhook(String text) {
    try {
      URI uri = URI.create(text);
      boolean isWeb =
          "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
      boolean isPort = uri.getPort() != 0 && uri.getPort() <= MOST_PORTS;
      return isWeb && isPort && uri.getHost() != null && uri.getUserInfo() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
