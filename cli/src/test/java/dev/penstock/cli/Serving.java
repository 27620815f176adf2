package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.ChildJvm;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/** A daemon in a process of its own, as users start it. */
record Serving(Process process, String url, Client client) implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("http://\\S+?(?=,)");

  /**
   * Starts one.
   *
   * @param folder where its data and its log are
   * @param log the name of that
   */
  static Serving in(Path folder, String log, Map<String, String> environment) throws IOException {
    List<String> words =
        List.of("serve", "--data", folder.resolve("data").toString(), "--port", "0");
    ProcessBuilder builder =
        new ProcessBuilder(ChildJvm.command("dev.penstock.cli.Penstock", words))
            .redirectError(folder.resolve(log).toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    Matcher url = URL.matcher(Optional.ofNullable(said.readLine()).orElse("it ended"));
    if (!url.find()) {
      process.destroyForcibly();
      throw new AssertionError(Files.readString(folder.resolve(log)));
    }
    return new Serving(process, url.group(), Client.of(url.group(), Optional.empty()));
  }

  JobView submit(String spec, String jobClass) {
    return client.submit(
        new Client.Submitting(
            StringNode.valueOf(spec),
            Optional.of(jobClass),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty()));
  }

  /** When it is over. */
  JobView ended(JobView job) {
    return client.watch(job.id(), _ -> {});
  }

  /** Waits for an event of a job. */
  void await(JobView job, String kind) {
    client.events(Optional.of(job.id()), Optional.empty(), each -> !each.kind().equals(kind));
  }

  /** Tells it to end, which it has to, with all that it started. */
  @Override
  public void close() {
    List<ProcessHandle> workers = process.descendants().toList();
    client.close();
    process.destroy();
    try {
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("the daemon ends").isTrue();
      CompletableFuture.allOf(
              workers.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      workers.forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
