package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.SessionLimits;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.OptionalInt;

/** How many encodes run against how many may, on consumer cards. */
record NvSessions() implements NvmlCheck {
  @Override
  public String id() {
    return "nv.nvenc.sessions";
  }

  @Override
  public String title() {
    return "sessions of consumer cards";
  }

  @Override
  public String rule() {
    return "On GeForce and Titan cards the driver allows a number of sessions at once, in"
        + " the whole system and not for each card; two or more are left. Boards for"
        + " workstations and servers are not limited.";
  }

  @Override
  public String source() {
    return "NVIDIA, Video Encode and Decode GPU Support Matrix; limits by driver in"
        + " nvenc-sessions.json";
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Nvidia.withFacts(this, machine, this::judged);
  }

  private List<Finding> judged(NvmlFacts facts) {
    List<NvmlFacts.Gpu> limited =
        facts.gpus().stream().filter(Nvidia::isUp).filter(NvSessions::isLimited).toList();
    if (limited.isEmpty()) {
      return List.of(Found.by(this).skip("no GPU here has a limit of sessions"));
    }
    Found found = Found.by(this);
    int used = 0;
    for (NvmlFacts.Gpu gpu : limited) {
      if (!(gpu.sessions() instanceof Present<List<EncoderSession>>(var sessions, String source))) {
        return List.of(Nvidia.unread(found, "list of sessions", gpu.sessions()));
      }
      found.seen(source + " of " + Nvidia.address(gpu), Integer.toString(sessions.size()));
      used += sessions.size();
    }
    String driver = facts.system().driver().toOptional().orElse("");
    OptionalInt most = SessionLimits.standard().of(driver);
    if (most.isEmpty()) {
      return List.of(found.unknown(used + " sessions; the limit of this driver is not known", ""));
    }
    int limit = most.getAsInt();
    found.seen("nvenc-sessions.json", limit + " with driver " + driver);
    String words = used + " of " + limit + " sessions are in use";
    return List.of(used < limit - 1 ? found.pass(words) : full(found, words, used >= limit));
  }

  private static Finding full(Found found, String words, boolean none) {
    return found
        .remedy(Remedy.command("See whose sessions they are.", "penstock top"))
        .remedy(
            Remedy.byHand(
                "Run fewer jobs at once, or others in software; a board without the limit, such as"
                    + " an L4 or an RTX A2000, adds its own sessions."))
        .warn(
            words,
            none
                ? "The next job fails with out of memory (10) or incompatible client key (21)."
                : "One more job fits.");
  }

  private static boolean isLimited(NvmlFacts.Gpu gpu) {
    return SessionLimits.isLimited(
        gpu.identity().brand().toOptional(), gpu.identity().name().toOptional().orElse(""));
  }
}
