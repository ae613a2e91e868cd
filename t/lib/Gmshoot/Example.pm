# An example of conf/ with the machine's own places replaced by a test's.
package Gmshoot::Example;

use strict;
use warnings;

use Exporter qw(import);

use Gmshoot;

our @EXPORT_OK = qw(example);

# A Gmshoot with the configuration of this file below conf/; edit may change
# its text further, edit_part that of the files that all examples share.
sub example {
    my ($name, %arg) = @_;

    my $edit = delete $arg{edit};
    my $edit_part = delete $arg{edit_part};
    my $conf = Gmshoot::slurp("$Gmshoot::repo/conf/$name")
        or die "no example $name";

    for ($conf) {
        s{^(?:load_module|user|worker_processes|error_log|pid)\b.*\n}{}mg;
        s{^events \{.*?^\}\n}{%%GLOBALS%%\n}ms;
        s{gmshoot/http\.conf;}{%%DIR%%/http.conf;\n    %%HTTP%%};
        s{gmshoot/((?:site|problem)[\w-]*\.conf)}{%%DIR%%/$1}g;
        s{listen( +)80;}{listen${1}127.0.0.1:%%PORT%%;};
        $edit->() if $edit;
    }

    my $t = Gmshoot->new(logged => 1, %arg, conf => $conf);

    for my $part (qw(http site problems problem-pages)) {
        my $text = Gmshoot::slurp("$Gmshoot::repo/conf/$part.conf");
        for ($text) {
            s{/run/gmshoot}{$t->{dir}};
            s{/var/log/nginx}{$t->{dir}/logs};
            s{/usr/local/share/gmshoot/html}{$Gmshoot::repo/html}g;
            s{/usr/local/share/gmshoot}{$Gmshoot::repo}g;
            s{gmshoot/ranges/\*\.conf}{$t->{dir}/ranges.conf};
            s{gmshoot/(targets|courses)\.conf}{$Gmshoot::repo/conf/$1.conf}g;
            s{gmshoot/(problem[\w-]*\.conf)}{$t->{dir}/$1}g;
            $edit_part->() if $edit_part;
        }
        $t->put("$part.conf", $text);
    }
    return $t;
}

1;
