package dev.penstock.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTextTest {
  private static final Node.Owner ROOT = new Node.Owner(0640, 0, 44);

  private static final Tree TREE =
      new Tree(
          Map.of(
              "/a/text", new Node.Text("one \"two\"\n\tthree\u0000\u2028\n"),
              "/a/config", new Node.Hex("de10ffff"),
              "/a/driver", new Node.Link("../../bus/pci/drivers/nvidia"),
              "/a", new Node.Folder(List.of("config", "driver", "text")),
              "/etc/ld.so.cache", new Node.Exists(ROOT),
              "/dev/nvidia0", new Node.Device('c', 195, 0, ROOT, "EACCES"),
              "/dev/shm", new Node.Space(1L << 40, 5),
              "/nothing", new Node.Missing(),
              "/locked", new Node.Unreadable(Why.DENIED, "EACCES")));

  @Test
  void whatIsWritten_isReadTheSame() {
    String text = TreeText.write(TREE);

    assertThat(TreeText.read(text).nodes()).isEqualTo(TREE.nodes());
    assertThat(text.lines()).hasSize(TREE.nodes().size());
  }

  @Test
  void aLineThatMakesNoSense_isNamed() {
    assertThatThrownBy(() -> TreeText.read("{\"path\":\"/a\",\"missing\":true}\n{\"path\":\"/b\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: says nothing about the path");
    assertThatThrownBy(() -> TreeText.read("nonsense")).hasMessageStartingWith("line 1: ");
  }

  @Test
  void readings_tellWhyThereIsNothing() {
    assertThat(TREE.text("/a/text").toOptional())
        .contains("one \"two\"\n\tthree\u0000\u2028".strip());
    assertThat(why(TREE.text("/nothing"))).isEqualTo(Why.MISSING);
    assertThat(why(TREE.text("/never"))).isEqualTo(Why.NOT_ASKED);
    assertThat(why(TREE.text("/locked"))).isEqualTo(Why.DENIED);
    assertThat(why(TREE.text("/a/driver"))).isEqualTo(Why.FAILED);
    assertThat(TREE.linkName("/a/driver")).contains("nvidia");
    assertThat(TREE.has("/locked")).isTrue();
    assertThat(TREE.has("/nothing")).isFalse();
  }

  @Test
  void numbers_areDecimalOrHexadecimal() {
    Tree tree =
        new Tree(
            Map.of(
                "/ten", new Node.Text("10\n"),
                "/sixteen", new Node.Text("0x10"),
                "/eight", new Node.Text("008"),
                "/none", new Node.Text("many")));

    assertThat(tree.number("/ten").toOptional()).contains(10L);
    assertThat(tree.number("/sixteen").toOptional()).contains(16L);
    assertThat(tree.number("/eight").toOptional()).contains(8L);
    assertThat(why(tree.number("/none"))).isEqualTo(Why.FAILED);
  }

  private static Why why(Reading<?> reading) {
    return ((Reading.Absent<?>) reading).why();
  }
}
