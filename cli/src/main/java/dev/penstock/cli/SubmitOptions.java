package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.StringNode;

/** What is said of a job that is submitted, besides what it does. */
@Heading("Submission")
final class SubmitOptions {
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
      names = "--idempotency-key",
      paramLabel = "TEXT",
      description = "Submitted again with the same, it is the same job.")
  @Nullable String idempotencyKey;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Begins once this job is done; may be given several times.")
  List<String> after = List.of();

  @Option(names = "--webhook", paramLabel = "URL", description = "Told of its end.")
  @Nullable URI webhook;

  @Option(
      names = "--wait",
      description = "Shows how it goes until its end, and exits as the same work here would.")
  boolean wait;

  @Mixin ServerOptions server = new ServerOptions();

  int submit(String spec, Terminal terminal, Cancellation cancellation) {
    try (Client client = server.client()) {
      JobView view =
          client.submit(
              new Client.Submitting(
                  StringNode.valueOf(spec),
                  Optional.ofNullable(jobClass),
                  Optional.ofNullable(priority),
                  Optional.ofNullable(deadline).map(Instant::toString),
                  labels,
                  Optional.ofNullable(idempotencyKey),
                  after,
                  Optional.ofNullable(webhook).map(URI::toString),
                  Optional.empty()));
      if (!wait) {
        return JobsOutput.show(view, server.json, terminal);
      }
      if (!server.json) {
        terminal.err().println("job " + view.id());
      }
      return new JobWait(client, terminal, server.json).until(view.id(), cancellation);
    }
  }

  /** As the daemon finds it, whatever folder it works in. */
  static String whole(String place) {
    return place.contains("://") || place.equals("-") || place.isEmpty()
        ? place
        : Path.of(place).toAbsolutePath().normalize().toString();
  }
}
