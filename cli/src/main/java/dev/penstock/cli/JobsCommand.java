package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
        filters.put("state", states);
      }
      filters.put("limit", List.of(Integer.toString(limit)));
      return JobsOutput.list(client.jobs(filters).jobs(), server.json, terminal);
    }
  }
}
