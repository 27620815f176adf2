package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.StringNode;

/** {@code penstock submit}. */
@Command(
    name = "submit",
    sortOptions = false,
    customSynopsis = "penstock submit IN OUT [OPTIONS]",
    description = {
      "Gives a job to the daemon, which does it as soon as there is room: transcode's job, with",
      "transcode's options. Printed once it is sure not to be lost.",
    },
    footer = {
      "",
      "Examples:",
      "  penstock submit in.mkv out.mp4",
      "  penstock submit in.mkv out.mp4 --size 720p --class interactive --wait",
      "",
      "Exit codes: penstock --help."
    })
final class SubmitCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin JobOptions job = new JobOptions();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "live, interactive or batch (default): how soon it has to be worked on.")
  @Nullable String jobClass;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "0 to 100 within its class; default: 50.")
  @Nullable Integer priority;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "When it should be done, such as 2027-01-01T12:00:00Z.")
  @Nullable Instant deadline;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "A label; may be given several times.")
  Map<String, String> labels = Map.of();

  @Option(
      names = "--key",
      paramLabel = "TEXT",
      description = "Submitted again with the same key, it is the same job.")
  @Nullable String key;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Begins once this job is done; may be given several times.")
  List<String> after = List.of();

  @Option(names = "--webhook", paramLabel = "URL", description = "Told of its end.")
  @Nullable URI webhook;

  @Option(names = "--wait", description = "Waits for its end, and exits as transcode would.")
  boolean wait;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  @Spec @Nullable CommandSpec self;

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    JobSpec spec = job.spec();
    String text =
        JobText.of(JobFile.TRANSCODE, whole(spec.input()), whole(spec.output()), self, job);
    try (Client client = server.client()) {
      JobView view =
          client.submit(
              new Client.Submitting(
                  StringNode.valueOf(text),
                  Optional.ofNullable(jobClass),
                  Optional.ofNullable(priority),
                  Optional.ofNullable(deadline).map(Instant::toString),
                  labels,
                  Optional.ofNullable(key),
                  after,
                  Optional.ofNullable(webhook).map(URI::toString),
                  Optional.empty()));
      return wait
          ? JobsOutput.ended(client.watch(view.id(), _ -> {}), server.json, terminal)
          : JobsOutput.show(view, server.json, terminal);
    }
  }

  /** As the daemon finds it, whatever folder it works in. */
  private static String whole(String place) {
    return place.contains("://") || place.equals("-")
        ? place
        : Path.of(place).toAbsolutePath().normalize().toString();
  }
}
