# The example configuration: valid, and in the same words as the worker.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Gmshoot;
use Gmshoot::Example qw(example);
use Test::More;

my $t = example('nginx.conf');
my ($status, $said) = $t->check;
is($status, 0, 'nginx takes it') or diag($said);

my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

my $r = $t->get('/');
is($r->{status}, 200, 'the page is there');
is($r->{header}{'content-type'}, 'text/html', 'as a page');

my $s = $t->sse('/api/lanes/lane1/events', { 'Accept-Encoding' => 'gzip' });
is($s->head->{header}{'content-type'}, 'text/event-stream', 'streams come');
ok($s->next_of('snapshot'), 'as they are');

my $big = $t->json('POST', '/api/lanes/lane1/session', { a => 'b' x 70_000 });
$t->is_problem($big, 413, 'body-too-large',
               "nginx's own refusals are problem documents");

my @many = map { $t->sse('/api/events') } 1 .. 64;
$_->head for @many;
my $more = $t->get('/api/events');
$t->is_problem($more, 429, 'too-many', 'one address takes 64 streams');
is($more->{header}{'retry-after'}, 1, 'and may try again');
@many = ();

is($t->get('/problem/404')->{status}, 404, 'the documents are no pages');
is($t->get('/metrics')->{status}, 200, 'metrics are for this machine');
is($t->get('/readyz')->{status}, 200, 'and it is ready');

# --- every type is explained

my $explained = Gmshoot::slurp("$Gmshoot::repo/docs/problems.md");
my %type;
for my $file (glob("$Gmshoot::repo/ngx_module/*.c"),
              "$Gmshoot::repo/conf/problem-pages.conf") {
    my $text = Gmshoot::slurp($file);
    $type{$1}++ while $text =~ m{\b[45]\d\d, "([a-z-]+)",}g;
    $type{$1}++ while $text =~ m{/docs/problems#([a-z-]+)"}g;
}
cmp_ok(scalar keys %type, '>', 15, 'there are many types of problem');
is(join(' ', grep { $explained !~ /^## \Q$_\E$/m } sort keys %type), '',
   'docs/problems.md explains every one of them');

# --- every request is documented

my $api = Gmshoot::slurp("$Gmshoot::repo/ngx_module/ngx_http_gmshoot_api.c");
my $docs = Gmshoot::slurp("$Gmshoot::repo/docs/events.md");
my @verbs = $api =~ /ngx_http_gmshoot_ask_handler, "([a-z.]+)"/g;
cmp_ok(scalar @verbs, '>', 5, 'there are commands');
is(join(' ', grep { $docs !~ /\| `\Q$_\E` \|/ } @verbs), '',
   'docs/events.md has every one of them');
my @questions = $api =~ /ngx_http_gmshoot_ask_archive_handler, "([a-z.]+)"/g;
my $range = join('', map { Gmshoot::slurp("$Gmshoot::repo/docs/$_.md") }
    qw(history access));
is(join(' ', sort $range =~ /^\| `[A-Z]+ [^|]+` \| `([a-z.]+)` \|/mg),
   join(' ', sort @questions),
   'docs/history.md and docs/access.md have those that are of no lane');
my @listed = $docs =~ /^\| `[A-Z]+ [^|]+` \| `([a-z.]+)` \|/mg;
is(join(' ', sort @listed), join(' ', sort @verbs), 'and no others');

$t->finish;
