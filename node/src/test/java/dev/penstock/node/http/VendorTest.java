package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard's files, as they are delivered. */
class VendorTest {
  private static final Path UI = Path.of("src/main/resources/dev/penstock/node/http/ui");
  private static final Path VENDOR = UI.resolve("vendor");
  private static final Pattern INLINE =
      Pattern.compile("<script(?![^>]*src=)|<style|\\sstyle=\"|\\son[a-z]+=\"|javascript:");

  @Test
  void modulesOfOthers_areWhatTheyWere() throws IOException {
    Map<String, String> kept = new TreeMap<>();
    for (String line : Files.readAllLines(VENDOR.resolve("SHA256SUMS"))) {
      kept.put(line.substring(66), line.substring(0, 64));
    }
    Map<String, String> there = new TreeMap<>();
    try (Stream<Path> files = Files.list(VENDOR)) {
      for (Path file : files.filter(VendorTest::isTheirs).toList()) {
        byte[] hash = Tokens.sha256(Files.readAllBytes(file));
        there.put(file.getFileName().toString(), HexFormat.of().formatHex(hash));
      }
    }
    assertThat(there).isEqualTo(kept).hasSizeGreaterThan(5);
  }

  private static boolean isTheirs(Path file) {
    String name = file.getFileName().toString();
    return !name.equals("README.md") && !name.equals("SHA256SUMS");
  }

  /** The policy that pages are sent with would forbid it. */
  @Test
  void nothingIsInline() throws IOException {
    try (Stream<Path> files = Files.list(UI)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".html")).toList()) {
        assertThat(INLINE.matcher(Files.readString(file)).find()).as(file.toString()).isFalse();
      }
    }
  }
}
