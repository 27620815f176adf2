package dev.penstock.node.around;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.node.Submission;
import dev.penstock.node.http.Roots;
import dev.penstock.node.http.SpecCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Makes the job of a file from the template of its folder. */
final class WatchJob {
  private static final List<String> KINDS = List.of("transcode", "ladder");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

  private final WatchFolder.Settings settings;
  private final SpecCheck specs;
  private final Roots roots;

  WatchJob(WatchFolder.Settings settings, SpecCheck specs, Roots roots) {
    this.settings = settings;
    this.specs = specs;
    this.roots = roots;
  }

  /**
   * Refuses a template that no file could use.
   *
   * @throws FailureException when it is none, or its files may not be touched
   */
  void check(Path folder) {
    Sighting sample = new Sighting(folder.resolve("sample.mkv"), "", 0, FileTime.fromMillis(0));
    String _ = checked(sample, output(sample, folder), folder);
  }

  /**
   * What to submit for it; the folders of its output are made.
   *
   * @param folder the watched one, its links followed
   * @throws FailureException when the template is none, or its files may not be touched
   */
  Submission of(Sighting file, Path folder) {
    Path output = output(file, folder);
    String spec = checked(file, output, folder);
    Optional.ofNullable(output.getParent()).ifPresent(WatchJob::make);
    return new Submission(
        settings.tenant(),
        spec,
        settings.jobClass(),
        settings.priority(),
        Optional.empty(),
        settings.labels(),
        Optional.of(file.key()),
        List.of(),
        Optional.empty());
  }

  private String checked(Sighting file, Path output, Path folder) {
    String spec = spec(file.path(), output);
    switch (specs.check(spec)) {
      case SpecCheck.Mistaken(var mistakes) ->
          throw refused(
              settings.job().toString(),
              "is no job file for a watched folder",
              mistakes.stream()
                  .map(each -> each.at() + " " + each.problem())
                  .collect(Collectors.joining("; ")),
              "try it by penstock run --dry-run; input and output are set for each file");
      case SpecCheck.Checked checked -> {
        checked.reads().forEach(roots::toRead);
        checked.writes().forEach(each -> refuseCircle(roots.toWrite(each), folder));
        return checked.spec();
      }
    }
  }

  private static void refuseCircle(Path output, Path folder) {
    if (output.startsWith(folder)) {
      throw refused(
          output.toString(),
          "cannot be an output",
          "it is in the watched folder: it would become an input",
          "name a folder elsewhere, such as /srv/out/{stem}.mp4");
    }
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw refused(
          folder.toString(), "cannot be made", e.toString(), "make it, or allow it to be made");
    }
  }

  private Path output(Sighting file, Path folder) {
    String name = file.path().getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String within = folder.relativize(file.path().getParent()).toString();
    // In one go, as names may hold braces. A name that begins with a dot is hidden, so that none is
    // a way out.
    StringBuilder output = new StringBuilder();
    for (String part : settings.out().toString().split("(?=\\{)|(?<=\\})", -1)) {
      output.append(
          switch (part) {
            case "{name}" -> name;
            case "{stem}" -> stem;
            case "{folder}" -> within;
            case "{date}" -> DAY.format(file.written().toInstant());
            default -> part;
          });
    }
    return Path.of(output.toString()).normalize();
  }

  private String spec(Path input, Path output) {
    JsonNode template = template();
    Optional<String> kind =
        KINDS.stream().filter(each -> template.path(each).isObject()).findFirst();
    if (kind.isEmpty() || template.size() != 1) {
      throw refused(
          settings.job().toString(),
          "is no job file for a watched folder",
          "it holds no transcode: or ladder: alone",
          "see docs/jobs.md");
    }
    ObjectNode part = (ObjectNode) template.path(kind.get());
    part.put("input", input.toString());
    part.put("output", output.toString());
    return new JsonMapper().writeValueAsString(template);
  }

  /** JSON is YAML. */
  private JsonNode template() {
    try {
      return new YAMLMapper().readTree(Files.readAllBytes(settings.job()));
    } catch (IOException | JacksonException e) {
      throw refused(
          settings.job().toString(),
          "cannot be read as a job file",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "name a job file; see docs/jobs.md");
    }
  }

  private static FailureException refused(
      String subject, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadRequest(new Failure.Diagnosis(subject, Stage.PLAN, problem, cause, next)));
  }
}
