package dev.penstock.engine.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The rules of ISO/IEC 23009-1 that an MPD must keep, on packages of real media. */
@ExtendWith(NoLeaks.class)
class DashManifestTest {
  @TempDir Path folder;

  private static Document parse(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      return factory
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  private static List<Element> all(Document document, String name) {
    return elements(document.getElementsByTagNameNS("*", name));
  }

  private static List<Element> all(Element parent, String name) {
    return elements(parent.getElementsByTagNameNS("*", name));
  }

  private static List<Element> elements(NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void oneFileEach_isOfTheOnDemandProfile() {
    Presentation presentation = Packaging.usual(folder, Layout.ONE_FILE);
    Document mpd = parse(DashManifest.mpd(presentation));
    Element root = mpd.getDocumentElement();
    assertThat(root.getAttribute("profiles")).contains("isoff-on-demand:2011");
    assertThat(root.getAttribute("type")).isEqualTo("static");
    assertThat(all(mpd, "SegmentTemplate")).isEmpty();
    for (Rendition rendition : presentation.renditions()) {
      Element representation =
          all(mpd, "Representation").stream()
              .filter(e -> e.getAttribute("id").equals(rendition.id()))
              .findFirst()
              .orElseThrow();
      assertThat(all(representation, "BaseURL").getFirst().getTextContent())
          .isEqualTo(rendition.id() + ".mp4");
      Element base = all(representation, "SegmentBase").getFirst();
      assertThat(base.getAttribute("timescale")).isEqualTo(Integer.toString(rendition.timescale()));
      String[] range = base.getAttribute("indexRange").split("-");
      Span index =
          new Span(
              rendition.init().uri(),
              Long.parseLong(range[0]),
              Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1,
              false);
      assertThat(Box.all(Packaging.bytes(folder, index)).children(0).getFirst().type())
          .isEqualTo("sidx");
      assertThat(all(representation, "Initialization").getFirst().getAttribute("range"))
          .isEqualTo("0-" + (rendition.init().bytes() - 1));
      assertThat(representation.getAttribute("codecs")).isEqualTo(rendition.codecs());
    }
  }

  @Test
  void filePerSegment_hasATimeLineExactToTheTick() {
    Presentation presentation = Packaging.usual(folder, Layout.FILE_PER_SEGMENT);
    Document mpd = parse(DashManifest.mpd(presentation));
    assertThat(mpd.getDocumentElement().getAttribute("profiles")).contains("isoff-live:2011");
    for (Rendition rendition : presentation.renditions()) {
      Element representation =
          all(mpd, "Representation").stream()
              .filter(e -> e.getAttribute("id").equals(rendition.id()))
              .findFirst()
              .orElseThrow();
      Element template = all(representation, "SegmentTemplate").getFirst();
      assertThat(template.getAttribute("timescale"))
          .isEqualTo(Integer.toString(rendition.timescale()));
      List<Long> durations = new ArrayList<>();
      for (Element s : all(template, "S")) {
        int repeat = s.hasAttribute("r") ? Integer.parseInt(s.getAttribute("r")) : 0;
        for (int i = 0; i <= repeat; i++) {
          durations.add(Long.parseLong(s.getAttribute("d")));
        }
      }
      assertThat(durations)
          .isEqualTo(rendition.segments().stream().map(Segment::duration).toList());
      assertThat(folder.resolve(rendition.id() + "/00003.m4s")).exists();
      assertThat(folder.resolve(rendition.id() + "/init.mp4")).exists();
    }
  }

  @Test
  void duration_isThatOfTheLongestTrack() {
    Presentation presentation = Packaging.usual(folder, Layout.ONE_FILE);
    String duration =
        parse(DashManifest.mpd(presentation))
            .getDocumentElement()
            .getAttribute("mediaPresentationDuration");
    assertThat(duration).matches("PT5(\\.\\d+)?S");
    double longest =
        presentation.renditions().stream().mapToDouble(r -> r.seconds(r.end())).max().orElseThrow();
    assertThat(Double.parseDouble(duration.substring(2, duration.length() - 1)))
        .isGreaterThanOrEqualTo(longest)
        .isLessThan(longest + 1e-8);
  }

  @Test
  void adaptationSets_areWhatAPlayerChoosesAmong() {
    Presentation presentation = Packaging.usual(folder, Layout.ONE_FILE);
    Document mpd = parse(DashManifest.mpd(presentation));
    List<Element> sets = all(mpd, "AdaptationSet");
    assertThat(sets)
        .extracting(
            e -> e.getAttribute("contentType"),
            e -> e.getAttribute("lang"),
            e -> all(e, "Representation").size(),
            e -> all(e, "Role").getFirst().getAttribute("value"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("video", "", 2, "main"),
            org.assertj.core.groups.Tuple.tuple("audio", "en", 1, "main"),
            org.assertj.core.groups.Tuple.tuple("audio", "de", 1, "dub"),
            org.assertj.core.groups.Tuple.tuple("text", "en", 1, "subtitle"));
    Element picture = all(sets.getFirst(), "Representation").getFirst();
    assertThat(picture.getAttribute("frameRate")).isEqualTo("25");
    assertThat(picture.getAttribute("sar")).isEqualTo("1:1");
    assertThat(picture.getAttribute("width")).isEqualTo("320");
    Element channels = all(sets.get(1), "AudioChannelConfiguration").getFirst();
    assertThat(channels.getAttribute("value")).isEqualTo("2");
    assertThat(all(sets.getLast(), "BaseURL").getFirst().getTextContent()).isEqualTo("sub-en.vtt");
  }
}
