package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class DecoderTest {
  private static final LogScope LOG = LogScope.silent();

  @TempDir Path folder;

  /** A wrapper's flush may hang in its driver, and only who feeds packets is watched. */
  @Test
  void restarting_leavesTheFlushToTheNextPacket() {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt);
        Decoder decoder = Decoder.open(demuxer, 0, 1, LOG);
        Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      Flow fed = Flow.OK;
      while (fed == Flow.OK) {
        assertThat(demuxer.read(packet)).isTrue();
        fed = decoder.send(packet);
      }
      decoder.restart();

      assertThat(decoder.receive(frame)).isEqualTo(Flow.AGAIN);
      assertThat(avcodec.avcodec_receive_frame(decoder.nativeContext(), frame.nativeFrame()))
          .as("what libav still holds")
          .isZero();
      frame.clear();
      demuxer.seek(Duration.ZERO);
      assertThat(Media.decode(demuxer, decoder, 0)).isEqualTo(25);
    }
  }
}
