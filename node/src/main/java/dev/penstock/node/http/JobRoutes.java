package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Jobs;
import dev.penstock.node.Submission;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What is asked about jobs. */
final class JobRoutes {
  /** As admission says it. */
  private static final Pattern HELD_BY = Pattern.compile("(.*; held by )(.*)");

  private static final Pattern JOB = Pattern.compile("^job ([0-9A-Z]{26})\\b");

  private static final int PAGE = 100;
  private static final int LONGEST_PAGE = 1000;
  private static final int LONGEST_TEXT = 200;
  private static final int MOST_WORDS = 8;

  private final Services services;
  private final Roots roots;
  private final Body body;

  JobRoutes(Services services, Roots roots, Body body) {
    this.services = services;
    this.roots = roots;
    this.body = body;
  }

  record Page(List<JobView> jobs, Optional<String> next) {}

  record WhyView(String id, String state, String summary, List<JobDetails.Reason> reasons) {}

  record FileView(String name, long bytes, String type, String href) {}

  record FileList(List<FileView> files) {}

  void submit(Context context, Principal who) throws IOException {
    Optional<String> key = Optional.ofNullable(context.header("Idempotency-Key"));
    if (key.isPresent() && SubmitForm.key(key.get()).isEmpty()) {
      throw badParameter("Idempotency-Key", "1 to 200 characters");
    }
    Jobs.Accepted accepted =
        accepted(SubmitForm.read(body.json(context), key, who, services, roots));
    JobId id = accepted.job().id();
    context.attribute(Gate.SUBJECT, id.value());
    context.status(accepted.isNew() ? 201 : 200).header("Location", "/v1/jobs/" + id);
    json(context, full(accepted.job()));
  }

  private Jobs.Accepted accepted(Submission asked) {
    try {
      return services.jobs().submit(asked);
    } catch (FailureException e) {
      Failure.Diagnosis said = e.failure().diagnosis();
      boolean isUsed = asked.key().map(key -> said.subject().equals("key " + key)).orElse(false);
      throw isUsed
          ? ProblemException.of(
              409, "Conflict", said.subject(), said.problem(), said.likelyCause(), said.nextStep())
          : e;
    }
  }

  void list(Context context, Principal who) {
    Jobs.Page page = services.jobs().list(query(context, who));
    json(
        context,
        new Page(page.jobs().stream().map(JobView::brief).toList(), page.next().map(JobId::value)));
  }

  private static JobQuery query(Context context, Principal who) {
    Optional<String> asked = parameter(context, "tenant", Optional::of, "");
    if (asked.isPresent() && !who.sees(asked.get())) {
      throw badParameter("tenant", "leave it out: you see one only");
    }
    return new JobQuery(
        asked.or(who::tenant),
        parameter(context, "state", JobRoutes::states, "such as queued,running").orElse(Set.of()),
        parameter(context, "class", SubmitForm::jobClass, "live, interactive or batch"),
        labels(context),
        parameter(
                context,
                "text",
                JobRoutes::words,
                "at most " + MOST_WORDS + " words of " + LONGEST_TEXT + " characters")
            .orElse(List.of()),
        parameter(context, "since", SubmitForm::instant, "such as 2030-01-31T12:00:00Z"),
        parameter(context, "before", SubmitForm::id, "the next of the page before"),
        limit(context));
  }

  private static Optional<Set<String>> states(String text) {
    Set<String> states =
        Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    return JobState.LABELS.containsAll(states) ? Optional.of(states) : Optional.empty();
  }

  private static Optional<List<String>> words(String text) {
    List<String> words =
        Arrays.stream(text.split("\\s+", -1)).filter(each -> !each.isEmpty()).distinct().toList();
    return text.length() > LONGEST_TEXT || words.size() > MOST_WORDS
        ? Optional.empty()
        : Optional.of(words);
  }

  private static Map<String, String> labels(Context context) {
    Map<String, String> labels = new HashMap<>();
    for (String each : context.queryParams("label")) {
      int at = each.indexOf('=');
      if (at < 1) {
        throw badParameter("label", "NAME=VALUE");
      }
      labels.put(each.substring(0, at), each.substring(at + 1));
    }
    return labels;
  }

  static int limit(Context context) {
    return parameter(
            context,
            "limit",
            text -> number(text).filter(each -> each >= 1 && each <= LONGEST_PAGE),
            "1 to " + LONGEST_PAGE)
        .map(Long::intValue)
        .orElse(PAGE);
  }

  static Optional<Long> number(String text) {
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  static <T> Optional<T> parameter(
      Context context, String name, Function<String, Optional<T>> read, String next) {
    String text = context.queryParam(name);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(read.apply(text).orElseThrow(() -> badParameter(name, next)));
  }

  static ProblemException badParameter(String name, String next) {
    return ProblemException.of(
        400, "Bad parameter", name, "cannot be understood", "its value is none", next);
  }

  void show(Context context, Principal who) {
    json(context, full(find(context, who)));
  }

  void cancel(Context context, Principal who) {
    JobRecord job = find(context, who);
    json(context, full(services.jobs().cancel(job.id(), who.name())));
  }

  void retry(Context context, Principal who) {
    JobRecord job = find(context, who);
    if (job.state() instanceof JobState.Done || !job.state().isEnded()) {
      throw ProblemException.of(
          409,
          "Conflict",
          "job " + job.id(),
          "is " + job.state().label(),
          "only what failed, was cancelled or set aside is done again",
          job.state() instanceof JobState.Done ? "submit it anew" : "cancel it first, or wait");
    }
    json(context, full(services.jobs().retry(job.id(), who.name())));
  }

  void why(Context context, Principal who) {
    JobRecord job = find(context, who);
    JobDetails.Why why = services.details().why(job);
    List<JobDetails.Reason> reasons =
        who.tenant().isEmpty()
            ? why.reasons()
            : why.reasons().stream()
                .map(each -> new JobDetails.Reason(each.subject(), veiled(each.text(), who)))
                .toList();
    json(context, new WhyView(job.id().value(), job.state().label(), why.summary(), reasons));
  }

  /** That others have room is no secret; who they are and how much each has is. */
  private String veiled(String text, Principal who) {
    Matcher held = HELD_BY.matcher(text);
    if (!held.matches()) {
      return text;
    }
    List<String> holders = List.of(held.group(2).split(", ", -1));
    List<String> own = holders.stream().filter(each -> isOwn(each, who)).toList();
    return held.group(1)
        + Stream.concat(
                own.stream(), holders.size() > own.size() ? Stream.of("others") : Stream.of())
            .collect(Collectors.joining(", "));
  }

  private boolean isOwn(String holder, Principal who) {
    Matcher named = JOB.matcher(holder);
    return named.find()
        && SubmitForm.id(named.group(1))
            .flatMap(services.jobs()::find)
            .filter(job -> who.sees(job.submission().tenant()))
            .isPresent();
  }

  void report(Context context, Principal who) {
    JobRecord job = find(context, who);
    String report =
        job.report()
            .orElseThrow(() ->
                ProblemException.notFound(
                    "report of job " + job.id(),
                    "it is " + job.state().label() + "; wait for its end"));
    context.contentType(Route.JSON).result(report);
  }

  record PlanView(String text, JsonNode plan) {}

  void plan(Context context, Principal who) {
    JobRecord job = find(context, who);
    JobDetails.Plan plan =
        services
            .details()
            .plan(job.id())
            .orElseThrow(() ->
                ProblemException.notFound(
                    "plan of job " + job.id(),
                    "it is " + job.state().label() + "; it is planned before it runs"));
    json(context, new PlanView(plan.text(), Wire.tree(plan.json())));
  }

  void timeline(Context context, Principal who) {
    json(context, Map.of("segments", services.details().timeline(find(context, who).id())));
  }

  void quality(Context context, Principal who) {
    json(context, services.details().quality(find(context, who)));
  }

  void log(Context context, Principal who) {
    json(context, Map.of("lines", services.details().log(find(context, who).id())));
  }

  void outputs(Context context, Principal who) throws IOException {
    JobRecord job = find(context, who);
    json(context, files(job, "outputs", services.details().outputs(job)));
  }

  void previews(Context context, Principal who) throws IOException {
    JobRecord job = find(context, who);
    json(context, files(job, "previews", services.details().previews(job)));
  }

  void output(Context context, Principal who) throws IOException {
    send(context, services.details().outputs(find(context, who)));
  }

  void preview(Context context, Principal who) throws IOException {
    // A playlist names files beside it.
    JobRecord job = find(context, who);
    List<JobDetails.JobFile> files = new ArrayList<>(services.details().previews(job));
    files.addAll(services.details().outputs(job));
    send(context, files);
  }

  private FileList files(JobRecord job, String kind, List<JobDetails.JobFile> files)
      throws IOException {
    List<FileView> views = new ArrayList<>();
    for (JobDetails.JobFile each : files) {
      if (roots.mayShow(each.path()) && Files.isRegularFile(each.path())) {
        views.add(
            new FileView(
                each.name(),
                Files.size(each.path()),
                MediaTypes.ofMedia(each.name()),
                "/v1/jobs/" + job.id() + "/" + kind + "/" + encoded(each.name())));
      }
    }
    return new FileList(views);
  }

  private static String encoded(String name) {
    return Arrays.stream(name.split("/", -1))
        .map(each ->
            java.net.URLEncoder.encode(each, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** Only what the job names is sent, and only from where it may lie. */
  private void send(Context context, List<JobDetails.JobFile> files) throws IOException {
    String name = context.pathParam("name");
    Path path =
        files.stream()
            .filter(each -> each.name().equals(name))
            .map(JobDetails.JobFile::path)
            .filter(roots::mayShow)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(() -> ProblemException.notFound("file " + name, "see the list of files"));
    FileAnswer.send(context, path.toRealPath(), MediaTypes.ofMedia(name));
  }

  private JobView full(JobRecord job) {
    return JobView.full(job, services.details().progress(job.id()));
  }

  /** The job of the path. Somebody else's is as good as none. */
  JobRecord find(Context context, Principal who) {
    String text = context.pathParam("id");
    context.attribute(Gate.SUBJECT, text);
    return SubmitForm.id(text)
        .flatMap(services.jobs()::find)
        .filter(job -> who.sees(job.submission().tenant()))
        .orElseThrow(() -> ProblemException.notFound("job " + text, "see the list of jobs"));
  }

  static void json(Context context, Object value) {
    context.contentType(Route.JSON).result(Wire.bytes(value));
  }
}
