package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Free disk space where files are put that nobody named. */
record HostDisk() implements Check {
  private static final List<String> FOLDERS = List.of("/tmp", "/var/tmp", "/var/lib");
  private static final long ENOUGH = 2L << 30;
  private static final long LEAST = 256L << 20;

  @Override
  public String id() {
    return "host.disk";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "free disk space";
  }

  @Override
  public String rule() {
    return "/tmp, /var/tmp and /var/lib have at least 2 GiB free; below 256 MiB it fails. What"
        + " is written next to an output is checked when a job starts.";
  }

  @Override
  public String source() {
    return "statvfs(3); the thresholds are Penstock's judgement";
  }

  @Override
  public List<Wanted> files() {
    return FOLDERS.stream().map(Wanted::space).toList();
  }

  @Override
  public List<Finding> examine(Machine machine) {
    List<Finding> findings = new ArrayList<>();
    List<Node> seen = new ArrayList<>();
    for (String folder : FOLDERS) {
      Optional<Node> node = machine.files().at(folder);
      // Folders of the same file system are told once.
      if (node.isPresent()
          && !(node.get() instanceof Node.Missing)
          && seen.stream().noneMatch(other -> isSame(node.get(), other))) {
        seen.add(node.get());
        findings.add(judged(folder, node.get()));
      }
    }
    return findings.isEmpty()
        ? List.of(Found.by(this).unknown("no folder could be read", ""))
        : findings;
  }

  /** As far as sizes tell, which go on changing between two looks. */
  private static boolean isSame(Node one, Node other) {
    return one instanceof Node.Space(long total, long free)
        && other instanceof Node.Space(long otherTotal, long otherFree)
        && total == otherTotal
        && Math.abs(free - otherFree) < 1L << 30;
  }

  private Finding judged(String folder, Node node) {
    Found found = Found.by(this, folder);
    if (!(node instanceof Node.Space(long total, long free))) {
      String said = node instanceof Node.Unreadable(Why _, String text) ? text : "is no folder";
      return found.unknown("free space could not be read: " + said, "");
    }
    String summary = free >= 10L << 30 ? (free >> 30) + " GiB free" : (free >> 20) + " MiB free";
    found.seen(folder, (free >> 20) + " MiB of " + (total >> 20) + " MiB free");
    if (free >= ENOUGH) {
      return found.pass(summary);
    }
    found.remedy(
        Remedy.command("See what takes the room.", "du -xh -d 2 " + folder + " | sort -h | tail"));
    String meaning = "Logs, first passes and temporary files may not fit.";
    return free < LEAST ? found.fail(summary, meaning) : found.warn(summary, meaning);
  }
}
