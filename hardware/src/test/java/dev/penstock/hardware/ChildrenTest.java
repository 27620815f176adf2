package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked in other processes, and what becomes of those that do not answer. */
@Timeout(60)
class ChildrenTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final Children children = new Children(Map.of("PENSTOCK_TEST", "of the parent"));

  @TempDir Path root;

  record Greeting(String words, String environment) {}

  public static final class Polite implements Probe<Greeting> {
    @Override
    public Greeting ask(String argument) {
      System.out.println("libraries print what they like");
      return new Greeting("hello " + argument, System.getenv("PENSTOCK_TEST"));
    }
  }

  public static final class Wedged implements Probe<Greeting> {
    @Override
    public Greeting ask(String argument) throws InterruptedException {
      new CountDownLatch(1).await();
      return new Greeting("never", "");
    }
  }

  public static final class Refusing implements Probe<Greeting> {
    @Override
    public Greeting ask(String argument) {
      throw new UnsatisfiedLinkError("libnone.so.1: cannot open shared object file");
    }
  }

  public static final class Crashing implements Probe<Greeting> {
    @Override
    public Greeting ask(String argument) throws IOException, InterruptedException {
      System.err.println("free(): invalid pointer");
      new ProcessBuilder("kill", "-ABRT", Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
      new CountDownLatch(1).await();
      return new Greeting("never", "");
    }
  }

  @Test
  void anAnswer_comesBack() {
    Answer answer = children.ask(Polite.class, "there", LONG);

    assertThat(answer.as(Greeting.class, "polite").toOptional())
        .contains(new Greeting("hello there", "of the parent"));
  }

  @Test
  void whatDoesNotAnswer_isLeft() {
    assertThat(children.ask(Wedged.class, "", SHORT))
        .isEqualTo(new Answer.Lacking(Why.HUNG, "did not answer within 2 s"));
  }

  public static final class Chatty implements Probe<Greeting> {
    @Override
    public Greeting ask(String argument) throws IOException, InterruptedException {
      // As a library written in C does, past Java's own streams.
      new ProcessBuilder("echo", "libfoo: initialising")
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
      return new Greeting("hello", "");
    }
  }

  @Test
  void whatLibrariesPrint_isNoAnswer() {
    assertThat(children.ask(Chatty.class, "", LONG).as(Greeting.class, "").toOptional())
        .contains(new Greeting("hello", ""));
  }

  @Test
  void withoutTime_nothingIsAsked() {
    assertThat(children.ask(Polite.class, "", Duration.ZERO))
        .isEqualTo(new Answer.Lacking(Why.NOT_ASKED, "there was no time left to ask"));
  }

  @Test
  void whatFails_saysWhy() {
    assertThat(children.ask(Refusing.class, "", LONG))
        .isEqualTo(new Answer.Lacking(Why.FAILED, "libnone.so.1: cannot open shared object file"));
  }

  @Test
  void whatCrashes_isSaid_withItsLastWords() {
    assertThat(children.ask(Crashing.class, "", LONG))
        .isInstanceOfSatisfying(
            Answer.Lacking.class,
            answer -> {
              assertThat(answer.why()).isEqualTo(Why.FAILED);
              assertThat(answer.text())
                  .startsWith("the child process was killed by signal 6")
                  .contains("free(): invalid pointer");
            });
  }

  @Test
  void files_areReadAsWanted() throws IOException {
    String gpu = "0000:3b:00.0";
    Path device = root.resolve("sys/devices/pci0000:3a/0000:3a:00.0").resolve(gpu);
    Path devices = root.resolve("sys/bus/pci/devices");
    Files.createDirectories(device);
    Files.createDirectories(devices);
    Files.writeString(device.resolve("class"), "0x030200\n");
    Files.writeString(device.resolve("config"), "\u0010\u0020rest");
    Files.createSymbolicLink(
        devices.resolve(gpu), Path.of("../../../devices/pci0000:3a/0000:3a:00.0", gpu));
    Path port = devices.resolve("0000:3a:00.0");
    Files.createDirectory(port);
    Files.writeString(port.resolve("class"), "0x060400\n");

    Tree tree =
        children.files(
            root,
            List.of(
                Wanted.list("/sys/bus/pci/devices"),
                Wanted.text("/sys/bus/pci/devices/*/class"),
                Wanted.text("/sys/bus/pci/devices/{port}/class"),
                new Wanted("/sys/bus/pci/devices/{gpu}/config", Wanted.How.HEX),
                Wanted.text("/sys/bus/pci/devices/{gpu}/numa_node")),
            LONG,
            LONG);

    String folder = "/sys/bus/pci/devices/";
    assertThat(tree.names("/sys/bus/pci/devices")).containsExactly("0000:3a:00.0", gpu);
    assertThat(tree.text(folder + gpu + "/class").toOptional()).contains("0x030200");
    assertThat(tree.text(folder + "0000:3a:00.0/class").toOptional()).contains("0x060400");
    assertThat(tree.at(folder + gpu + "/config")).contains(new Node.Hex("102072657374"));
    assertThat(tree.at(folder + gpu + "/numa_node")).contains(new Node.Missing());
  }

  @Test
  void aFileThatDoesNotComeBack_isNamed_andTheRestIsRead() throws Exception {
    Files.createDirectories(root.resolve("sys"));
    assertThat(new ProcessBuilder("mkfifo", root.resolve("sys/b").toString()).start().waitFor())
        .isZero();
    Files.writeString(root.resolve("sys/a"), "first");
    Files.writeString(root.resolve("sys/c"), "last");

    Tree tree = children.files(root, Wanted.texts("/sys/a", "/sys/b", "/sys/c"), SHORT, LONG);

    assertThat(tree.text("/sys/a").toOptional()).contains("first");
    assertThat(tree.text("/sys/c").toOptional()).contains("last");
    assertThat(tree.at("/sys/b"))
        .contains(new Node.Unreadable(Why.HUNG, "did not come back within 2 s"));
  }

  @Test
  void aPageOfBytes_isLongerThanAHeader() throws IOException {
    Path config = root.resolve("sys/config");
    Files.createDirectories(config.getParent());
    Files.write(config, new byte[5000]);
    Files.write(root.resolve("sys/short"), new byte[64]);

    Tree tree =
        children.files(
            root,
            List.of(
                new Wanted("/sys/config", Wanted.How.PAGE),
                new Wanted("/sys/short", Wanted.How.PAGE)),
            LONG,
            LONG);

    assertThat(tree.bytes("/sys/config").toOptional()).hasValueSatisfying(hasLength(4096));
    assertThat(tree.bytes("/sys/short").toOptional()).hasValueSatisfying(hasLength(64));
    assertThat(tree.bytes("/sys/none").toOptional()).isEmpty();
    assertThat(tree.under("/sys")).containsExactly("/sys/config", "/sys/short");
  }

  @Test
  void ofEnvironmentsAndMounts_onlyWhatTellsAContainerIsTaken() throws IOException {
    String ours = "1 0 0:50 / / rw - overlay overlay rw\n";
    String hosts = "9 1 8:2 /pods/5f/etc-hosts /etc/hosts rw - ext4 /dev/sda2 rw\n";
    Files.createDirectories(root.resolve("proc/1"));
    Files.writeString(
        root.resolve("proc/1/environ"), "TOKEN=hidden\0container=lxc\0containers=hidden\0");
    Files.writeString(
        root.resolve("proc/1/mountinfo"),
        ours + "8 1 0:51 / /mnt/ann rw - nfs4 files.example.org:/hidden rw\n" + hosts);

    Tree tree =
        children.files(root, Wanted.texts("/proc/1/environ", "/proc/1/mountinfo"), LONG, LONG);

    assertThat(tree.at("/proc/1/environ")).contains(new Node.Text("container=lxc\n"));
    assertThat(tree.at("/proc/1/mountinfo")).contains(new Node.Text(ours + hosts));
  }

  private static Consumer<byte[]> hasLength(int length) {
    return bytes -> assertThat(bytes).hasSize(length);
  }
}
