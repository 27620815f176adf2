package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a folder that looks like what systemd hands down. */
class CgroupTest {
  private static final long PID = 42;

  @TempDir Path folder;
  private Path own;
  private Cgroup.Places places;

  @BeforeEach
  void handDown() throws IOException {
    own = Files.createDirectories(folder.resolve("system.slice/penstock.service"));
    Files.writeString(own.resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
    Files.writeString(own.resolve("cgroup.subtree_control"), "");
    Files.writeString(own.resolve("cgroup.procs"), PID + "\n");
    Files.writeString(own.resolve("memory.max"), "8000000\n");
    places =
        new Cgroup.Places(
            folder,
            Files.writeString(folder.resolve("cgroup"), "0::/system.slice/penstock.service\n"),
            Files.writeString(folder.resolve("meminfo"), "MemTotal:  16000 kB\nMemFree: 1 kB\n"));
  }

  private Cgroup cgroup() {
    return Cgroup.of(places, PID, OptionalLong.empty());
  }

  @Test
  void theDaemonMovesDown_andHandsItsControllersDown() {
    Cgroup cgroup = cgroup();
    assertThat(cgroup.own()).contains(own);
    assertThat(own.resolve("penstock-daemon/cgroup.procs")).hasContent("42");
    assertThat(own.resolve("penstock-daemon/cpu.weight")).hasContent("1000");
    assertThat(own.resolve("cgroup.subtree_control")).hasContent("+cpu");
    assertThat(cgroup.about())
        .isEqualTo("control groups below " + own + ", with limits of memory, pids, cpu");
    assertThat(cgroup.memory()).hasValue(6_000_000);
    assertThat(cgroup.tasks()).hasValue(4096);
  }

  @Test
  void memoryIsThatOfTheMachine_whereTheGroupHasNoLimit() throws IOException {
    Files.writeString(own.resolve("memory.max"), "max\n");
    assertThat(cgroup().memory()).hasValue((16000L << 10) / 4 * 3);
    assertThat(Cgroup.of(places, PID, OptionalLong.of(7)).memory()).hasValue(7);
  }

  @Test
  void whatIsNotToBeHad_isSaid() throws IOException {
    Files.writeString(own.resolve("cgroup.controllers"), "cpuset\n");
    Cgroup cgroup = cgroup();
    assertThat(cgroup.about()).endsWith("with no limits");
    assertThat(cgroup.take(43)).contains("memory.max is not to be had");
    assertThat(own.resolve("penstock-worker-43/cgroup.procs")).hasContent("43");
  }

  @Test
  void whatTheKernelKilledForMemory_isTold() throws IOException {
    Cgroup cgroup = cgroup();
    assertThat(cgroup.take(43)).startsWith("in a control group");
    assertThat(cgroup.ranOutOfMemory(43)).isFalse();
    Path events = own.resolve("penstock-worker-43/memory.events");
    Files.writeString(events, "low 0\nmax 12\noom 1\noom_kill 0\n");
    assertThat(cgroup.ranOutOfMemory(43)).isFalse();
    Files.writeString(events, "low 0\nmax 12\noom 1\noom_kill 1\n");
    assertThat(cgroup.ranOutOfMemory(43)).isTrue();
    assertThat(Cgroup.none().ranOutOfMemory(43)).isFalse();
  }

  /** As in a shell's group: what is in it is not the daemon's to move. */
  @Test
  void aSharedGroup_isLeftAlone() throws IOException {
    Files.writeString(own.resolve("cgroup.procs"), "41\n42\n");
    assertThat(cgroup().own()).isEmpty();
    assertThat(cgroup().about()).startsWith("no control groups: others are in ");
    assertThat(own.resolve("penstock-daemon")).doesNotExist();
    assertThat(cgroup().take(43)).isEqualTo("no control group");
    assertThat(own.resolve("penstock-worker-43")).doesNotExist();
  }

  @Test
  void withoutAUnifiedHierarchy_thereAreNone() throws IOException {
    Files.delete(own.resolve("cgroup.controllers"));
    assertThat(cgroup().about()).endsWith("is no group of a unified hierarchy");
    Files.writeString(folder.resolve("cgroup"), "1:cpu:/\n");
    assertThat(cgroup().about()).endsWith("this machine has no unified hierarchy");
    Files.delete(folder.resolve("cgroup"));
    assertThat(cgroup().own()).isEmpty();
  }
}
