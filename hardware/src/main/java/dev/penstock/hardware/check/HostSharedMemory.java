package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Room for memory that processes share. */
record HostSharedMemory() implements Check {
  private static final String FOLDER = "/dev/shm";
  private static final long ENOUGH = 256L << 20;

  @Override
  public String id() {
    return "host.shm";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "shared memory";
  }

  @Override
  public String rule() {
    return "/dev/shm has at least 256 MiB. Docker gives containers 64 MiB, and what a driver"
        + " or library shares between processes then fails with a bus error.";
  }

  @Override
  public String source() {
    return "docker run --shm-size (default 64 MB), Docker documentation; the threshold is"
        + " Penstock's judgement";
  }

  @Override
  public List<Wanted> files() {
    return List.of(Wanted.space(FOLDER));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return List.of(
        switch (machine.files().at(FOLDER).orElse(null)) {
          case Node.Space(long total, long free) -> judged(total, free);
          case Node.Missing _ -> Found.by(this).skip("there is no " + FOLDER);
          case Node.Unreadable(Why _, String said) ->
              Found.by(this).unknown(FOLDER + " could not be read: " + said, "");
          case null, default -> Found.by(this).unknown(FOLDER + " was not looked at", "");
        });
  }

  private Finding judged(long total, long free) {
    String summary = (total >> 20) + " MiB of shared memory";
    Found found = Found.by(this, FOLDER).seen(FOLDER, (free >> 20) + " MiB free");
    return total >= ENOUGH
        ? found.pass(summary)
        : found
            .remedy(Remedy.byHand("For a container: docker run --shm-size=1g."))
            .remedy(
                Remedy.safe(
                    "Elsewhere, until the next boot.", "mount -o remount,size=1g " + FOLDER))
            .warn(summary, "What processes share may not fit; they then end with a bus error.");
  }
}
