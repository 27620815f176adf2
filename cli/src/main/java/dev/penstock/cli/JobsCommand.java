package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock jobs}. */
@Command(
    name = "jobs",
    sortOptions = false,
    description = "Lists the jobs of the daemon, the newest first.")
final class JobsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Those in this state; may be given several times.")
  List<String> states = List.of();

  @Option(
      names = "--class",
      paramLabel = "CLASS",
      description = "Those of this class: live, interactive or batch.")
  @Nullable String jobClass;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "Those with this label; may be given several times.")
  List<String> labels = List.of();

  @Option(
      names = "--text",
      paramLabel = "WORDS",
      description =
          "Those with these words, each in a label, the input, the output or at the beginning or"
              + " end of the id, in capitals or not.")
  @Nullable String text;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Those submitted since then, such as 2027-01-01T12:00:00Z.")
  @Nullable Instant since;

  @Option(
      names = "--before",
      paramLabel = "ID",
      description = "Goes on behind this job: the next page, as the page before says at its end.")
  @Nullable String before;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many; default: 50.")
  int limit = 50;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  JobsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      Map<String, List<String>> filters = new TreeMap<>();
      if (!states.isEmpty()) {
        filters.put("state", List.of(String.join(",", states)));
      }
      Optional.ofNullable(jobClass).ifPresent(each -> filters.put("class", List.of(each)));
      Optional.ofNullable(since).ifPresent(each -> filters.put("since", List.of(each.toString())));
      Optional.ofNullable(text).ifPresent(each -> filters.put("text", List.of(each)));
      if (!labels.isEmpty()) {
        filters.put("label", labels);
      }
      List<JobView> jobs = new ArrayList<>();
      Optional<String> next = Optional.ofNullable(before);
      // A page of a search may be short of what there is.
      do {
        next.ifPresent(each -> filters.put("before", List.of(each)));
        filters.put("limit", List.of(Integer.toString(limit - jobs.size())));
        Client.JobPage page = client.jobs(filters);
        jobs.addAll(page.jobs());
        next = page.next();
      } while (next.isPresent() && jobs.size() < limit);
      int code = JobsOutput.list(jobs, server.json, terminal);
      next.filter(_ -> !server.json)
          .ifPresent(
              each -> terminal.err().println("there are more: penstock jobs --before " + each));
      return code;
    }
  }
}
