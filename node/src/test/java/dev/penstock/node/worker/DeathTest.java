package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeathTest {
  private static final Place SOFTWARE = Place.software("t");
  private static final Place GPU =
      new Place("t", List.of(new Place.Gpu("0000:3b:00.0", Optional.empty())));

  @Test
  void statuses_areToldInWords() {
    assertThat(Death.words(OptionalInt.of(3), Optional.empty())).isEqualTo("ended with status 3");
    assertThat(Death.words(OptionalInt.of(137), Optional.empty())).contains("SIGKILL", "memory");
    assertThat(Death.words(OptionalInt.of(134), Optional.empty())).contains("SIGABRT");
    assertThat(Death.words(OptionalInt.of(128 + 64), Optional.empty())).contains("signal 64");
    assertThat(Death.words(OptionalInt.of(137), Optional.of("was silent")))
        .isEqualTo("was silent, and was killed");
    assertThat(Death.words(OptionalInt.empty(), Optional.of("was silent")))
        .contains("blocked in a driver");
    assertThat(Death.ofMemory(OptionalLong.of(512L << 20)))
        .isEqualTo(
            "was killed by the kernel, which found no more memory: its control group may have 512 MiB");
  }

  @Test
  void onAGpu_theDeviceIsLost_andElsewhereItIsMemoryOrAFault() {
    assertThat(failure(GPU, 137)).isInstanceOf(Failure.DeviceLost.class);
    assertThat(failure(SOFTWARE, 137)).isInstanceOf(Failure.OutOfResource.class);
    assertThat(failure(SOFTWARE, 134)).isInstanceOf(Failure.Bug.class);
    assertThat(Death.stalled(GPU, "x")).isInstanceOf(Failure.DeviceLost.class);
    assertThat(Death.stalled(SOFTWARE, "x")).isInstanceOf(Failure.OutOfResource.class);
  }

  private static Failure failure(Place place, int status) {
    return Death.failure(place, 1, "died", OptionalInt.of(status));
  }

  @Test
  void crashesOfTheJvm_areOneLine() {
    String text =
        """
        #
        # A fatal error has been detected by the Java Runtime Environment:
        #
        #  SIGSEGV (0xb) at pc=0x00007f2b, pid=7, tid=9
        #
        # Problematic frame:
        # C  [libnvcuvid.so.1+0x16ab]
        #
        """;
    assertThat(HsErr.summary(text))
        .contains("SIGSEGV (0xb) at pc=0x00007f2b, pid=7, tid=9, in C  [libnvcuvid.so.1+0x16ab]");
    assertThat(HsErr.summary("nothing of the kind\n")).isEmpty();
  }
}
