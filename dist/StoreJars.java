import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Stores what is in the jars of a folder without compressing it: xz makes less of it than deflate. */
final class StoreJars {
  public static void main(String[] words) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(words[0]), "*.jar")) {
      for (Path jar : jars) {
        Path stored = jar.resolveSibling(jar.getFileName() + ".stored");
        try (ZipFile from = new ZipFile(jar.toFile());
            OutputStream file = Files.newOutputStream(stored);
            ZipOutputStream to = new ZipOutputStream(file)) {
          from.stream().forEach(entry -> store(from, entry, to));
        }
        Files.move(stored, jar, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void store(ZipFile from, ZipEntry entry, ZipOutputStream to) {
    try {
      ZipEntry plain = new ZipEntry(entry.getName());
      plain.setTime(entry.getTime());
      plain.setMethod(ZipEntry.STORED);
      plain.setSize(entry.getSize());
      plain.setCompressedSize(entry.getSize());
      plain.setCrc(entry.getCrc());
      to.putNextEntry(plain);
      from.getInputStream(entry).transferTo(to);
      to.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
