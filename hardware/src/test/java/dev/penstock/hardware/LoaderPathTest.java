package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoaderPathTest {
  private static final List<String> TRUSTED =
      List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib");

  private static List<String> folders(Map<String, String> files) {
    Map<String, Node> nodes = new HashMap<>();
    files.forEach((path, text) -> nodes.put(path, new Node.Text(text)));
    return LoaderPath.of(new Tree(nodes)).folders();
  }

  private static List<String> before(String... folders) {
    return Stream.concat(Stream.of(folders), TRUSTED.stream()).toList();
  }

  @Test
  void withoutConfiguration_theTrustedFoldersAreSearched() {
    assertThat(folders(Map.of())).isEqualTo(TRUSTED);
  }

  @Test
  void includes_areReadWhereTheyStand() {
    assertThat(
            folders(
                Map.of(
                    "/etc/ld.so.conf",
                    "/opt/first\ninclude /etc/ld.so.conf.d/*.conf other/?.conf\n/opt/last\n",
                    "/etc/ld.so.conf.d/b.conf",
                    "/opt/b",
                    "/etc/ld.so.conf.d/a.conf",
                    "/opt/a",
                    "/etc/ld.so.conf.d/a.conf.rpmsave",
                    "/opt/old",
                    "/etc/other/c.conf",
                    "/opt/c")))
        .isEqualTo(before("/opt/first", "/opt/a", "/opt/b", "/opt/c", "/opt/last"));
  }

  @ParameterizedTest
  @CsvSource({
    "'  /opt/x   # why', /opt/x",
    "/opt/x/, /opt/x",
    "'/opt/x=libc6', /opt/x",
    "#/opt/x, ''",
    "opt/x, ''",
    "hwcap 0 nosegneg, ''",
    "includes /etc/y, ''",
    "'\tinclude\t/etc/y', /opt/y",
    "include /etc/ld.so.conf, ''",
    "include /etc/[yz], /opt/y",
    "include /etc/[!a-x], /opt/y",
    "include /etc/[y, ''",
    "include /etc/{y}, ''",
  })
  void lines(String line, String folder) {
    assertThat(folders(Map.of("/etc/ld.so.conf", line, "/etc/y", "/opt/y")))
        .isEqualTo(folder.isEmpty() ? TRUSTED : before(folder));
  }

  @Test
  void aFolderThatIsALink_isNamedAsWhatItIs() {
    Tree tree =
        new Tree(
            Map.of(
                "/lib", new Node.Link("usr/lib"),
                "/etc/ld.so.conf", new Node.Text("/lib/x86_64-linux-gnu\n/lib64\n/library\n")));

    assertThat(LoaderPath.of(tree).folders())
        .containsExactly(
            "/usr/lib/x86_64-linux-gnu", "/lib64", "/library", "/usr/lib64", "/usr/lib");
  }

  @Test
  void aCapture_holdsTheConfiguration_andLooksIntoItsFolders(@TempDir Path root)
      throws IOException {
    Files.createDirectories(root.resolve("etc/more"));
    Files.createDirectories(root.resolve("opt/nvidia"));
    Files.writeString(root.resolve("etc/ld.so.conf"), "include more/*\n");
    Files.writeString(root.resolve("etc/more/nvidia"), "/opt/nvidia\n");
    Files.createSymbolicLink(root.resolve("opt/nvidia/libcuda.so.1"), Path.of("libcuda.so.570.1"));

    Tree tree =
        new Children(Map.of())
            .files(
                root,
                Stream.concat(
                        LoaderPath.wanted().stream(),
                        Stream.of(Wanted.link("{loader}/libcuda.so.1")))
                    .toList(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60));

    assertThat(LoaderPath.of(tree).files()).containsExactly("/etc/ld.so.conf", "/etc/more/nvidia");
    assertThat(LoaderPath.of(tree).folders()).isEqualTo(before("/opt/nvidia"));
    assertThat(tree.link("/opt/nvidia/libcuda.so.1")).contains("libcuda.so.570.1");
    assertThat(tree.at("/usr/lib64/libcuda.so.1")).contains(new Node.Missing());
  }
}
