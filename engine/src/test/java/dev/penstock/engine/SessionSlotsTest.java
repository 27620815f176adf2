package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.testing.Child;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions as processes count them. */
@Timeout(60)
class SessionSlotsTest {
  @TempDir Path folder;

  /** Holds some sessions until its input ends. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      SessionSlots slots = SessionSlots.in(Path.of(args[0]));
      var _ = slots.take(Integer.parseInt(args[1]), Instant.MIN).hold().orElseThrow();
      System.out.println("holds");
      int _ = System.in.read();
    }

    static Process start(Path folder, int count) throws Exception {
      Process process = Child.start(Holder.class, folder.toString(), Integer.toString(count));
      BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
      assertThat(said.readLine()).isEqualTo("holds");
      return process;
    }
  }

  private static SessionSlots.Hold taken(SessionSlots slots, int count) {
    return slots.take(count, Instant.MIN).hold().orElseThrow();
  }

  private static boolean isFree(SessionSlots slots, int count) {
    return slots
        .take(count, Instant.MIN)
        .hold()
        .map(hold -> {
          hold.close();
          return true;
        })
        .orElse(false);
  }

  @Test
  void theRefusedSession_isNotCounted() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder);
        SessionSlots.Hold two = taken(slots, 2);
        SessionSlots.Hold one = taken(slots, 1)) {
      assertThat(two).isNotNull();
      assertThat(one.refused()).isTrue();
      assertThat(slots.limit()).hasValue(2);
    }
  }

  @Test
  void ofALadder_whatItsEncodersOpenedIsCounted() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder);
        SessionSlots.Hold ladder = taken(slots, 4)) {
      ladder.watch(() -> 3);
      assertThat(ladder.refused()).isTrue();
      assertThat(slots.limit()).hasValue(3);
    }
  }

  @Test
  void whenNoneIsOpen_othersFillTheGpu_andNothingIsLearnt() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder);
        SessionSlots.Hold only = taken(slots, 1)) {
      assertThat(only.refused()).isFalse();
      assertThat(slots.limit()).isEmpty();
    }
  }

  @Test
  void theSessionsOfAProcess_areTakenForOthers_andFreedWhenItIsKilled() throws Exception {
    Process other = Holder.start(folder, 1);
    try (SessionSlots slots = SessionSlots.in(folder)) {
      try (SessionSlots.Hold one = taken(slots, 1)) {
        assertThat(one.refused()).isTrue();
      }
      assertThat(slots.limit()).hasValue(1);
      assertThat(isFree(slots, 1)).isFalse();
      assertThat(other.destroyForcibly().waitFor()).isNotZero();
      assertThat(isFree(slots, 1)).isTrue();
      assertThat(isFree(slots, 2)).isFalse();
    }
  }

  @Test
  void anotherJobOfTheProcess_thatEnds_leavesTheSessionsOfThisOneTaken() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder);
        SessionSlots.Hold mine = taken(slots, 1)) {
      SessionSlots.in(folder).close();
      Process other = Holder.start(folder, 1);
      try (SessionSlots.Hold more = taken(slots, 1)) {
        assertThat(more.refused()).isTrue();
      }
      assertThat(mine).isNotNull();
      assertThat(slots.limit()).hasValue(2);
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatWasLearnt_isForgottenWhenMoreWork_andAfterADay() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder)) {
      try (SessionSlots.Hold _ = taken(slots, 1);
          SessionSlots.Hold one = taken(slots, 1)) {
        assertThat(one.refused()).isTrue();
      }
      assertThat(isFree(slots, 2)).isFalse();
      Instant later = Instant.now().plusSeconds(1);
      try (SessionSlots.Hold tried = slots.take(2, later).hold().orElseThrow()) {
        tried.worked();
      }
      assertThat(slots.limit()).isEmpty();

      Instant old = Instant.now().minus(Duration.ofHours(23));
      Files.writeString(folder.resolve("sessions"), "1 " + old + "\n");
      assertThat(isFree(slots, 2)).isFalse();
      Files.writeString(folder.resolve("sessions"), "1 " + old.minus(Duration.ofHours(2)) + "\n");
      assertThat(isFree(slots, 2)).isTrue();
    }
  }

  @Test
  void whatHangs_staysCounted_andIsToldFromWhatEnds() throws Exception {
    try (SessionSlots slots = SessionSlots.in(folder);
        SessionSlots.Hold works = taken(slots, 1)) {
      SessionSlots.Hold hangs = taken(slots, 1);
      try (SessionSlots.Hold refused = taken(slots, 1)) {
        assertThat(refused.refused()).isTrue();
      }
      hangs.abandon();

      assertThat(works).isNotNull();
      assertThat(slots.take(1, Instant.MIN).busy()).isEqualTo(new SessionSlots.Busy(2, 1, 1));
    }
  }

  @Test
  void whatIsNoNote_isNone() throws Exception {
    Files.writeString(folder.resolve("sessions"), "some thing else\n");
    try (SessionSlots slots = SessionSlots.in(folder)) {
      assertThat(slots.limit()).isEmpty();
      assertThat(isFree(slots, 9)).isTrue();
    }
  }
}
