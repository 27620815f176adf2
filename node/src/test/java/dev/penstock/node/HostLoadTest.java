package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Reading;
import dev.penstock.planner.admission.Fleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as Linux has them, of machines that tests make up. */
class HostLoadTest {
  private static final Duration NONE = Duration.ZERO;

  @TempDir Path root;

  @Test
  void othersAreWhatIsBusy_withoutOurs() throws IOException {
    processors("0-3");
    HostLoad load = new HostLoad(root, 1);
    busy(4, 0);
    assertThat(load.read(Duration.ofSeconds(1), NONE).others()).isInstanceOf(Reading.Absent.class);

    busy(4, 75);
    Fleet.Host host = load.read(Duration.ofSeconds(2), Duration.ofSeconds(1));

    assertThat(host.capacity()).isEqualTo(4000);
    assertThat(others(host)).as("3 cores, of which 1 is ours").hasValue(2000L);
  }

  @Test
  void aMoment_movesLittle() throws IOException {
    processors("0-1");
    HostLoad load = new HostLoad(root, 1);
    busy(2, 0);
    load.read(Duration.ofSeconds(1), NONE);
    load.read(Duration.ofSeconds(2), NONE);
    busy(2, 100);

    assertThat(others(load.read(Duration.ofSeconds(3), NONE))).hasValue(600L);
  }

  /** A container with 2 cores of 64: what it may have is what counts, and who shares that. */
  @Test
  void aContainer_hasItsQuota() throws IOException {
    processors("0-63");
    group("", "max 100000", 0);
    group("box", "200000 100000", 0);
    group("box/inner", "max 100000", 0);
    write("proc/self/cgroup", "0::/box/inner\n");
    HostLoad load = new HostLoad(root, 1);
    busy(64, 0);
    load.read(Duration.ofSeconds(1), NONE);

    busy(64, 50);
    group("box", "200000 100000", 1_500_000);
    Fleet.Host host = load.read(Duration.ofSeconds(2), Duration.ofSeconds(1));

    assertThat(host.capacity()).isEqualTo(2000);
    assertThat(others(host)).as("in the container; outside much is idle").hasValue(500L);
  }

  @Test
  void aMachineThatIsFull_leavesAContainerLessThanItsQuota() throws IOException {
    processors("0-3");
    group("", "150000 100000", 0);
    HostLoad load = new HostLoad(root, 1);
    busy(4, 0);
    load.read(Duration.ofSeconds(1), NONE);
    busy(4, 100);

    Fleet.Host host = load.read(Duration.ofSeconds(2), NONE);

    assertThat(host.capacity()).isEqualTo(1500);
    assertThat(others(host)).as("no more than there is").hasValue(1500L);
  }

  @Test
  void onlyProcessorsThatItMayRunOn_areCounted() throws IOException {
    processors("1,3");
    HostLoad load = new HostLoad(root, 1);
    busy(4, 0);
    load.read(Duration.ofSeconds(1), NONE);
    busy(4, 50);

    Fleet.Host host = load.read(Duration.ofSeconds(2), NONE);

    assertThat(host.capacity()).isEqualTo(2000);
    assertThat(others(host)).hasValue(1000L);
  }

  @Test
  void whatCannotBeRead_isNotNone() {
    HostLoad load = new HostLoad(root, 6);

    Fleet.Host host = load.read(Duration.ofSeconds(1), NONE);

    assertThat(host.capacity()).isEqualTo(6000);
    assertThat(host.others()).isInstanceOf(Reading.Absent.class);
  }

  private static Optional<Long> others(Fleet.Host host) {
    return host.others().toOptional();
  }

  private void processors(String list) throws IOException {
    write("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t" + list + "\n");
  }

  /** Ticks that each of them was busy since it was started. */
  private void busy(int processors, int ticks) throws IOException {
    StringBuilder text = new StringBuilder("cpu  1 2 3 4 5 6 7 8 9 10\n");
    for (int i = 0; i < processors; i++) {
      text.append("cpu").append(i).append(' ').append(ticks).append(" 0 0 777 888 0 0 0 0 0\n");
    }
    write("proc/stat", text + "intr 1 2 3\n");
  }

  private void group(String path, String most, long micros) throws IOException {
    write("sys/fs/cgroup/" + path + "/cpu.max", most + "\n");
    write("sys/fs/cgroup/" + path + "/cpu.stat", "usage_usec " + micros + "\nuser_usec 1\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
