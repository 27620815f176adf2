package dev.penstock.hardware.va;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.foreign.DeviceFile;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Asks the VA-API driver of each render node what it decodes and encodes. */
public final class VaapiProbe implements Probe<VaFacts> {
  @Override
  public VaFacts ask(String argument) throws IOException {
    Root root = Root.ofThisMachine();
    Reading<SharedLibrary> va = SharedLibrary.open("libva.so.2");
    Reading<SharedLibrary> drm = SharedLibrary.open("libva-drm.so.2");
    List<VaNode> nodes =
        nodes(root.resolve("dev/dri")).stream()
            .map(path -> node(path, root, new Libraries(va, drm)))
            .toList();
    return new VaFacts(va.map(SharedLibrary::name), drm.map(SharedLibrary::name), nodes);
  }

  private record Libraries(Reading<SharedLibrary> va, Reading<SharedLibrary> drm) {}

  private static List<Path> nodes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> nodes = Files.list(folder)) {
      return nodes
          .filter(path -> path.getFileName().toString().startsWith("renderD"))
          .sorted()
          .toList();
    }
  }

  private static VaNode node(Path path, Root root, Libraries libraries) {
    String device = root.resolve("sys/class/drm/" + path.getFileName() + "/device").toString();
    Function<Reading<VaDisplay.Answers>, VaNode> node =
        answers ->
            new VaNode(
                path.toString(),
                linkName(device),
                linkName(device + "/driver"),
                flat(answers.map(VaDisplay.Answers::version)),
                flat(answers.map(VaDisplay.Answers::vendor)),
                flat(answers.map(VaDisplay.Answers::configs)));
    if (!(libraries.va() instanceof Reading.Present<SharedLibrary>(SharedLibrary va, String _))
        || !(libraries.drm()
            instanceof Reading.Present<SharedLibrary>(SharedLibrary drm, String _))) {
      return node.apply(
          Reading.absent(Why.NOT_ASKED, path.toString(), "libva or libva-drm is missing"));
    }
    return switch (DeviceFile.open(path.toString())) {
      case Reading.Present<DeviceFile>(DeviceFile file, String _) -> {
        try (file) {
          yield node.apply(Reading.of(VaDisplay.ask(va, drm, file), path.toString()));
        }
      }
      case Reading.Absent<DeviceFile>(Why why, String from, String text) ->
          node.apply(Reading.absent(why, from, text));
    };
  }

  private static <T> Reading<T> flat(Reading<Reading<T>> reading) {
    return switch (reading) {
      case Reading.Present<Reading<T>>(Reading<T> inner, String _) -> inner;
      case Reading.Absent<Reading<T>>(Why why, String from, String text) ->
          Reading.absent(why, from, text);
    };
  }

  private static Reading<String> linkName(String link) {
    try {
      return Reading.of(Path.of(link).toRealPath().getFileName().toString(), link);
    } catch (IOException _) {
      return Reading.absent(Why.MISSING, link, "is not there");
    }
  }
}
