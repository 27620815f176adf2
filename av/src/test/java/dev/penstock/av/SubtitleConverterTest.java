package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Plan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class SubtitleConverterTest {
  private static final LogScope LOG = LogScope.silent();
  private static final String SRT =
      """
      1
      00:00:00,500 --> 00:00:01,000
      Hello <i>world</i>

      2
      00:00:01,250 --> 00:00:02,000
      Zweite Zeile: äöü
      und noch eine

      """;

  @TempDir Path folder;

  @Test
  void subrip_asMovText_asWebVtt_keepsTextAndTimes() throws Exception {
    Path srt = Files.writeString(folder.resolve("a.srt"), SRT);
    Path mp4 = convert(srt, "mov_text", "mp4");
    Path vtt = convert(mp4, "webvtt", "webvtt");
    assertThat(Files.readString(vtt))
        .startsWith("WEBVTT")
        .contains("00:00.500 --> 00:01.000\nHello <i>world</i>")
        .contains("00:01.250 --> 00:02.000\nZweite Zeile: äöü\nund noch eine");
  }

  @Test
  void convert_timesAreMicroseconds() throws Exception {
    Path srt = Files.writeString(folder.resolve("a.srt"), SRT);
    List<String> events = new ArrayList<>();
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(srt, interrupt);
        SubtitleConverter converter = SubtitleConverter.open(demuxer, 0, "subrip", LOG);
        Packet packet = Packet.create()) {
      while (demuxer.read(packet)) {
        try (Packet event = converter.convert(packet).orElseThrow()) {
          String text = new String(event.bytes(), StandardCharsets.UTF_8);
          events.add(event.pts() + "+" + event.duration() + " " + text.lines().findFirst().get());
        }
      }
    }
    assertThat(events)
        .containsExactly("500000+500000 Hello <i>world</i>", "1250000+750000 Zweite Zeile: äöü");
  }

  @Test
  void eventWithoutATime_isDropped() throws Exception {
    Path srt = Files.writeString(folder.resolve("a.srt"), SRT);
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(srt, interrupt);
        SubtitleConverter converter = SubtitleConverter.open(demuxer, 0, "webvtt", LOG);
        Packet packet = Packet.create()) {
      assertThat(demuxer.read(packet)).isTrue();
      packet.setTimes(Timestamp.NONE, Timestamp.NONE, 0);
      assertThat(converter.convert(packet)).isEmpty();
    }
  }

  private Path convert(Path from, String encoder, String format) {
    Path to = folder.resolve("out." + format);
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(from, interrupt);
        SubtitleConverter converter = SubtitleConverter.open(demuxer, 0, encoder, LOG);
        TrackParameters parameters = TrackParameters.of(converter, LOG);
        Muxer muxer = Muxer.create(to, format, LOG);
        Packet packet = Packet.create()) {
      int _ = muxer.add(parameters, "", new Plan.Labels(Map.of(), List.of()));
      muxer.writeHeader(new LinkedHashMap<>());
      while (demuxer.read(packet)) {
        converter
            .convert(packet)
            .ifPresent(event -> {
              try (event) {
                event.rescale(Timestamp.MICROSECONDS, muxer.timeBase(0));
                event.setTrack(0);
                muxer.write(event);
              }
            });
      }
      muxer.finish();
    }
    return to;
  }
}
