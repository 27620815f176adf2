package dev.penstock.cli;

import dev.penstock.hardware.capability.DeviceDifference;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.inventory.Inventory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock devices}. */
@Command(
    name = "devices",
    description =
        "Says which GPUs there are and what each encodes and decodes, by asking their drivers.")
final class DevicesCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Of a captured machine instead of this one.")
  @Nullable Path root;

  @Option(
      names = "--compare",
      paramLabel = "DIR",
      arity = "1..2",
      description =
          "What one captured machine can do that another cannot; with one DIR, against this one.")
  List<Path> compare = List.of();

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  DevicesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (compare.size() > 2) {
      throw new UsageException("--compare", "compares two machines", "name one or two folders");
    }
    if (compare.size() == 2 && root != null) {
      throw new UsageException(
          "--root", "cannot be had with two machines to compare", "leave it out");
    }
    terminal.out().print(compare.isEmpty() ? map() : difference());
    return ExitCode.DONE.value();
  }

  private String map() {
    DeviceMap map = wanted();
    return json ? Json.pretty(map) + "\n" : DevicesText.of(map, terminal);
  }

  private String difference() {
    DeviceMap first = compare.size() == 2 ? captured(compare.getFirst()) : wanted();
    DeviceMap second = captured(compare.getLast());
    DeviceDifference difference = DeviceDifference.of(first, second);
    return json
        ? Json.pretty(difference) + "\n"
        : DevicesText.of(difference, first.origin().text(), second.origin().text(), terminal);
  }

  private DeviceMap wanted() {
    return root == null ? live() : captured(root);
  }

  static DeviceMap captured(Path folder) {
    return DeviceMap.of(Captured.read(folder));
  }

  private static DeviceMap live() {
    return Inventory.ofThisMachine(Folders.cache(System.getenv())).map();
  }
}
