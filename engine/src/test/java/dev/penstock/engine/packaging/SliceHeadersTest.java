package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Oracle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of slices end where libav's own reader of them says. */
@ExtendWith(NoLeaks.class)
class SliceHeadersTest {
  private static final String SOURCE = "-f lavfi -i testsrc2=s=320x192:r=25:d=2";
  private static final String FADE = SOURCE + " -vf fade=in:0:25,format=yuv420p";

  /** A line of the filter trace_headers: the place of a number in bits, its name and its bits. */
  private static final Pattern LINE =
      Pattern.compile("\\] (\\d+) +(\\S+) +([01]+) = -?\\d+$|\\] (Slice (?:Segment )?Header)$");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        SOURCE + " -pix_fmt yuv420p -c:v libx264 -g 20",
        FADE + " -c:v libx264 -preset slow -weightp 2 -bf 3 -refs 5 -x264-params weightb=1",
        SOURCE + " -pix_fmt yuv420p -c:v libx264 -profile:v baseline -x264-params slices=3",
        SOURCE + " -pix_fmt yuv420p -c:v libx264 -x264-params interlaced=1:tff=1:slices=2",
        SOURCE + " -pix_fmt yuv444p10 -c:v libx264 -preset fast -x264-params cqm=jvt",
        SOURCE + " -pix_fmt yuv420p -c:v libx264 -x264-params b-pyramid=strict:bframes=5:ref=8",
        SOURCE + " -pix_fmt gray -c:v libx264 -profile:v high -x264-params no-deblock=1",
        SOURCE + " -pix_fmt yuv420p -c:v libx264 -x264-params intra-refresh=1:keyint=20",
        SOURCE + " -pix_fmt yuv420p -c:v libx265 -preset ultrafast",
        FADE + " -c:v libx265 -preset medium -x265-params weightb=1:weightp=1:bframes=4:ref=5",
        SOURCE + " -pix_fmt yuv420p10 -c:v libx265 -preset fast -x265-params slices=2",
        SOURCE + " -pix_fmt yuv420p -c:v libx265 -preset fast -x265-params no-wpp=1:ref=4",
        SOURCE
            + " -pix_fmt yuv444p -c:v libx265 -preset fast -x265-params"
            + " scaling-list=default:no-sao=1:no-deblock=1:open-gop=1:keyint=15",
        SOURCE
            + " -pix_fmt yuv420p -c:v libx265 -preset slow -x265-params"
            + " temporal-layers=3:bframes=7:b-pyramid=1:multi-pass-opt-rps=1:deblock=1,1:tskip=1",
      })
  void header_endsWhereLibavSays(String how) {
    Path clip = Clips.make("clip.mp4", how + (how.contains("libx265") ? " -tag:v hvc1" : ""));
    Rendition rendition =
        Packaging.write(clip, RenditionSpec.of("v"), Packaging.GRID, folder, Layout.ONE_FILE);
    Box trak = Box.all(Packaging.bytes(folder, rendition.init())).get("moov", "trak");
    Box entry = InitSegment.sampleEntry(trak);
    Box boxes = InitSegment.inside(entry, true);
    NalUnits units = NalUnits.of(entry.type(), boxes).orElseThrow();
    SliceHeaders headers = SliceHeaders.of(units, boxes);

    List<Integer> found = new ArrayList<>();
    for (Segment segment : rendition.segments()) {
      byte[] bytes = Packaging.bytes(folder, segment.span());
      for (int at = 0; at < bytes.length; ) {
        at = addFragment(bytes, at, units, headers, found);
      }
    }

    assertThat(found).hasSizeGreaterThanOrEqualTo(50).isEqualTo(said(clip));
  }

  /** Of the slices of one {@code moof} and {@code mdat}; other boxes are passed over. */
  private static int addFragment(
      byte[] bytes, int at, NalUnits units, SliceHeaders headers, List<Integer> found) {
    byte[] rest = java.util.Arrays.copyOfRange(bytes, at, bytes.length);
    Box first = Box.all(rest).children(0).getFirst();
    if (first.type().equals("moof")) {
      for (Fragment.Sample sample : Fragment.read(rest).samples()) {
        for (NalUnits.Unit unit : units.in(rest, sample)) {
          if (units.isSlice(rest, unit)) {
            found.add(Math.ceilDiv(headers.bits(units.unescaped(rest, unit)), 8));
          }
        }
      }
    }
    return at + first.end();
  }

  /** Bytes of the headers of all slices. */
  private static List<Integer> said(Path clip) {
    String log =
        Oracle.ffmpegLog(
            List.of(
                "-i", clip.toString(), "-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"));
    List<Integer> bytes = new ArrayList<>();
    boolean slice = false;
    for (String line : log.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      boolean known = matcher.find();
      if (known && matcher.group(4) != null) {
        slice = true;
        bytes.add(0);
      } else if (known && slice) {
        int end = Integer.parseInt(matcher.group(1)) + matcher.group(3).length();
        bytes.set(bytes.size() - 1, Math.ceilDiv(end, 8));
      } else {
        slice = false;
      }
    }
    return bytes;
  }
}
