package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Transcoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A process that transcodes for a long time stays as it was. */
@ExtendWith(NoLeaks.class)
class EnduranceTest {
  private static final int WARM_UP = 60;
  private static final int JOBS = 200;
  private static final long PAGE = 4096;

  @Test
  void transcodingTwoHundredTimes_doesNotGrowTheProcess(@TempDir Path folder) throws IOException {
    Path clip = Clip.usual().write(folder.resolve("clip.mp4"), "mp4");
    long before = 0;
    for (int job = 0; job < JOBS; job++) {
      if (job == WARM_UP) {
        before = residentBytes();
      }
      Path output = folder.resolve("out.mp4");
      Transcoding.of(clip, output).quick().run();
      Files.delete(output);
    }
    long grown = residentBytes() - before;
    // A frame of this clip is 28 kB: one lost in each job would be 4 MB, one encoder far more.
    assertThat(grown).as("growth over %d jobs, bytes", JOBS - WARM_UP).isLessThan(12L << 20);
    assertThat(openFiles(folder)).isEmpty();
  }

  private static long residentBytes() throws IOException {
    System.gc();
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * PAGE;
  }

  private static List<String> openFiles(Path folder) throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      return links.map(EnduranceTest::target).filter(t -> t.startsWith(folder.toString())).toList();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }
}
